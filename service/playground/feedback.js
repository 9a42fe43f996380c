// Says of an answer in the log of predictions what is right.

import { Failure, post, sentence } from "./api.js";
import { make } from "./dom.js";

/** Whether the service logs its predictions, told by an answer: those that are logged have an id. */
export const isLogged = (answer) =>
  Object.values(answer).some((results) => Array.isArray(results) && results.some((one) => one?.prediction_id));

/**
 * A form, folded away, that says what is right.
 * @param path the route that takes it
 * @param id of the answer in the log
 * @param fields the elements to fill in
 * @param says the name of each button, and what is sent by it: the fields of the feedback beside the id
 * @param sent called once it is stored
 */
export function feedbackForm({ path, id, fields, says, sent }) {
  const told = make("p", { className: "hint", role: "status" });
  let isBusy = false;
  const send = async (content) => {
    if (isBusy) return;
    isBusy = true;
    try {
      const { items } = await post(path, { feedback: [{ prediction_id: id, ...content() }] });
      const error = items?.[0].error;
      if (error) throw new Failure("It was not taken", sentence(error.message));
      told.textContent = "Stored. The last that is said counts.";
      sent();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      told.textContent = `${error.title}: ${error.detail}`;
    } finally {
      isBusy = false;
    }
  };
  const buttons = Object.entries(says).map(([name, content]) =>
    make("button", { type: "button", className: "chip", onclick: () => send(content) }, name),
  );
  return make(
    "details",
    { className: "feedback", aria: { live: "off" } },
    make("summary", {}, "Is this right?"),
    make("form", { autocomplete: "off" }, ...fields, make("div", { className: "row" }, ...buttons), told),
  );
}

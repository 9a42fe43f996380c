// How right a model's logged answers were, by what was said of them.

import { Failure, get } from "./api.js";
import { counted, make, table } from "./dom.js";

export class Accuracy {
  #task;
  #scored;
  #parted;
  #place = make("div", { className: "about accuracy" });
  #model = null;

  /**
   * @param section where it is shown
   * @param scored makes of the scores of a task the name and the text of each
   * @param parted makes a table of their parts, for tasks that have some
   */
  constructor(section, task, scored, parted = () => null) {
    this.#task = task;
    this.#scored = scored;
    this.#parted = parted;
    section.append(this.#place);
  }

  /** Show it for a model, unless it is shown already; for none, show nothing. */
  async show(model) {
    if (model === this.#model) return;
    this.#model = model;
    this.#place.replaceChildren();
    if (model !== null) await this.renew();
  }

  /** Ask for it again. */
  async renew() {
    const model = this.#model;
    const content = await this.#content(model);
    if (model !== this.#model) return;
    const isOpen = this.#place.querySelector("details")?.open ?? false;
    this.#place.replaceChildren(...content);
    if (isOpen) this.#place.querySelectorAll("details").forEach((details) => (details.open = true));
  }

  async #content(model) {
    try {
      const found = await get(`models/${this.#task}/${model}/accuracy`);
      return found.feedback ? [this.#details(found)] : [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [make("p", { className: "hint" }, "What was said of its answers cannot be read now.")];
    }
  }

  #details(found) {
    const [[name, text]] = Object.entries(this.#scored(found.scores));
    const said = `${counted(found.feedback, "answer")} of ${found.predictions.toLocaleString("en")}`;
    const known = found.versions.filter(({ feedback }) => feedback);
    const cells = known.map(({ scores }) => this.#scored(scores));
    const heads = [...new Set(cells.flatMap(Object.keys))];
    const rows = known.map(({ version, feedback }, place) => [
      version,
      feedback.toLocaleString("en"),
      ...heads.map((head) => cells[place][head] ?? "–"),
    ]);
    const parts = this.#parted(found.scores);
    const tables = [table("Answers that somebody said something of, by version", ["Version", "Answers", ...heads], rows), parts];
    return make(
      "details",
      {},
      make("summary", {}, `In use: ${name} ${text}`),
      make("p", { className: "hint" }, `What is right is known of ${said}. If people mostly report mistakes, the model is better than this.`),
      ...tables.filter(Boolean).map((each) => make("div", { className: "values", tabIndex: 0, role: "group", aria: { label: each.caption.textContent } }, each)),
    );
  }
}

/** A share as a text. */
export const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : "–");

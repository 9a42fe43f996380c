// Messages in the place of the answer: errors, with what the user can do, and waiting times.

import { Failure, useKey } from "./api.js";
import { make } from "./dom.js";

/** The section of a panel with the message. */
export class Notice {
  #section;
  #again;

  /** @param again repeats the request */
  constructor(section, again) {
    this.#section = section;
    section.tabIndex = -1; // so that it can hold the focus when the button that had it goes
    this.#again = again;
  }

  clear() {
    this.#replace();
  }

  /** Say that the service is busy, and when the page tries again. */
  waiting(seconds) {
    this.#show("waiting", "The service is busy", `It is asked again in ${seconds} s.`);
  }

  failed(error) {
    const known = error instanceof Failure;
    if (!known) console.error(error);
    const { title, detail, status, places, retryable } = known
      ? error
      : new Failure("This page failed", "Load it again; the browser's console has the reason.");
    const list = places.map(({ pointer, detail }) => make("li", {}, make("code", {}, pointer), ` ${detail}`));
    const retry = make("button", { type: "button", onclick: this.#again }, "Try again");
    this.#show(
      status === 401 ? "plea" : "error",
      title,
      detail,
      list.length ? make("ul", {}, ...list) : null,
      status === 401 ? this.#keyForm() : null,
      retryable ? retry : null,
    );
  }

  #show(kind, title, detail, ...more) {
    this.#replace(
      make(
        "div",
        { className: `notice ${kind}` },
        make("strong", {}, title),
        make("p", {}, detail),
        ...more.filter(Boolean),
      ),
    );
  }

  /** Replace the message; if it had the focus, the new one gets it, for keyboard users. */
  #replace(...children) {
    const focused = this.#section.contains(document.activeElement);
    this.#section.replaceChildren(...children);
    if (focused) (this.#section.querySelector("input, button") ?? this.#section).focus();
  }

  #keyForm() {
    const field = make("input", { type: "password", autocomplete: "off", spellcheck: false, required: true });
    field.pattern = "[\\x21-\\x7e]+"; // what a header can carry
    const form = make(
      "form",
      { className: "key" },
      make("div", {}, make("label", {}, "API key", field), make("button", { type: "submit" }, "Use it")),
      make("p", { className: "hint" }, "It is sent to this service alone, and forgotten when this tab is closed."),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      useKey(field.value.trim());
      this.#again();
    });
    return form;
  }
}

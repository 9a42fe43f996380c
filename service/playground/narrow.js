// A narrow screen has the answer before the form, and an answer that arrives is brought into view.

import { make } from "./dom.js";

const narrow = matchMedia("(max-width: 860px)"); // as in style.css
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Narrow {
  #result;
  #button;

  /** @param panel has a form .asking, and a .result in what comes after it */
  constructor(panel) {
    this.#result = panel.querySelector(".result");
    this.#button = make("button", { type: "button", className: "see", hidden: true, onclick: () => this.#go() }, "See the answer");
    panel.append(this.#button);
    const form = panel.querySelector(".asking");
    const next = form?.nextElementSibling;
    if (!this.#result || !next) return;
    // moved in the document, not only on the screen: the Tab key and screen readers follow what is seen
    const place = () => (narrow.matches ? next.after(form) : next.before(form));
    narrow.addEventListener("change", place);
    place();
    new IntersectionObserver(() => (this.#button.hidden ||= this.#isSeen())).observe(this.#result);
    addEventListener("scroll", () => (this.#button.hidden ||= this.#isSeen()), { passive: true });
  }

  /** Bring the answer into view; whoever types is not taken away from the text, but told of it. */
  reveal(isTyping) {
    if (!this.#result || !narrow.matches || this.#isSeen()) return;
    if (isTyping) this.#button.hidden = false;
    else this.#go();
  }

  #go() {
    this.#button.hidden = true;
    this.#result.scrollIntoView({ behavior: still.matches ? "instant" : "smooth", block: "start" });
  }

  /** Whether the beginning of the answer is on the screen. */
  #isSeen() {
    const { top } = this.#result.getBoundingClientRect();
    return top >= 0 && top < 0.6 * innerHeight;
  }
}

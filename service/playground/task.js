// What all panels do alike; each says what it asks for, and how the answer is shown.

import { post } from "./api.js";
import { CurlView } from "./curl.js";
import { Live } from "./live.js";
import { Notice } from "./notice.js";
import { Picker } from "./picker.js";

const TYPING = 300;

export class Task {
  #live = new Live(
    (signal) => this.#run(signal),
    (error) => this.failed(error),
  );
  #opened = false;
  #again = () => this.ask();

  /**
   * @param panel its element; has a .picker, a .notices, an .answer and a .curl
   * @param models those of this task
   */
  constructor(panel, task, models, options) {
    this.panel = panel;
    const failed = (error) => this.failed(error);
    this.picker = new Picker(this.find(".picker"), task, models, () => this.#picked(), failed, options);
    this.notice = new Notice(this.find(".notices"), () => this.#again());
    this.curl = new CurlView(this.find(".curl"));
    this.answer = this.find(".answer");
    panel.addEventListener("submit", (event) => event.preventDefault());
  }

  find(selector) {
    return this.panel.querySelector(selector);
  }

  /** The panel is looked at; the first time it finds out what it needs. */
  async open() {
    if (this.#opened) return;
    this.#opened = true;
    try {
      await this.picker.load();
      await this.#picked();
    } catch (error) {
      this.#opened = false;
      this.#again = () => this.open();
      this.failed(error);
    }
  }

  async #picked() {
    this.#opened = true;
    this.#again = () => this.ask();
    await this.chosen();
  }

  /** The colours have changed; for panels with a canvas. */
  redraw() {}

  /** Another model or version was picked, or the first one. */
  async chosen() {
    this.ask();
  }

  /** Ask at once, or `typed`: when nothing has been typed for a moment. */
  ask({ typed = false } = {}) {
    if (this.picker.isReady) this.#live.start(typed ? TYPING : 0); // else `open` asks
  }

  /** Say why there is no answer. */
  failed(error) {
    this.notice.failed(error);
    this.#state("failed");
  }

  async #run(signal) {
    this.curl.hide(); // until it is known what to ask
    const request = this.request();
    if (request === null) {
      this.notice.clear();
      this.#state("empty");
      return;
    }
    this.#state(this.panel.dataset.state === "shown" ? "renewing" : "asking");
    this.curl.show(request.path, request.body);
    const answer = await post(request.path, request.body, signal, (seconds) => this.notice.waiting(seconds));
    if (signal.aborted) return;
    this.notice.clear();
    this.#state("shown");
    this.show(answer, request);
  }

  #state(state) {
    this.panel.dataset.state = state;
    this.answer.setAttribute("aria-busy", String(state === "asking" || state === "renewing"));
  }
}

// The base class of all panels; subclasses make the request and show the answer.

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
   * @param panel the element; contains a .picker, a .notices, an .answer and a .curl
   * @param models the models of this task
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

  /** Called when the tab is opened; loads the models' details the first time. */
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

  /** Called when the colours change; for panels with a canvas. */
  redraw() {}

  /** Called when a model or version is selected, also at the start. */
  async chosen() {
    this.ask();
  }

  /** Send the request at once, or, if `typed`, after a pause in typing. */
  ask({ typed = false } = {}) {
    if (this.picker.isReady) this.#live.start(typed ? TYPING : 0); // else `open` asks
  }

  /** Show an error in the place of the answer. */
  failed(error) {
    this.notice.failed(error);
    this.#state("failed");
  }

  async #run(signal) {
    this.curl.hide(); // until it is known what to ask
    const waiting = (seconds) => this.notice.waiting(seconds);
    const request = await this.request(signal, waiting);
    if (signal.aborted) return;
    if (request === null) {
      this.notice.clear();
      this.#state("empty");
      return;
    }
    this.#state(this.panel.dataset.state === "shown" ? "renewing" : "asking");
    this.curl.show(request.path, request.body);
    const answer = await post(request.path, request.body, signal, waiting);
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

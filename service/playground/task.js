// The base class of all panels; subclasses make the request and show the answer.

import { Accuracy } from "./accuracy.js";
import { post } from "./api.js";
import { Beside } from "./beside.js";
import { CurlView } from "./curl.js";
import { make } from "./dom.js";
import { isLogged } from "./feedback.js";
import { Keep } from "./keep.js";
import { Live } from "./live.js";
import { Narrow } from "./narrow.js";
import { Notice } from "./notice.js";
import { Picker } from "./picker.js";

const TYPING = 300;

/**
 * Beside `request` and `show`, a panel may have
 * - `values()`, the name of a file and its rows: then what is shown can be copied and downloaded; `write()` saves more;
 * - `showBeside(answer, request)`, and `null` for none: then a second model can be asked the same. `fits(name)` says
 *   which models can be, and `adapted(body, request, other, signal)` makes the body for it;
 * - `scored(scores)`, the name and the text of each score of logged answers: then the accuracy in use is shown, if the
 *   service keeps a log of predictions; `parted(scores)` makes a table of their parts.
 */
export class Task {
  #live = new Live(
    (signal) => this.#run(signal),
    (error) => this.failed(error),
  );
  #opened = false;
  #again = () => this.ask();
  #isTyping = false; // whether the request follows a text or a slider that is still changed
  #narrow;
  #beside = null;
  #besideNotice = null;
  #accuracy = null;

  /**
   * `blank` is a copy of the .answer, for a second one.
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
    this.blank = this.answer.cloneNode(true);
    this.#narrow = new Narrow(panel);
    if (this.values) this.keep = new Keep(this.#place("keep row"), () => this.values(), this.write && (() => this.write()));
    if (this.showBeside) this.#compare();
    if (this.scored) this.#accuracy = new Accuracy(this.find(".picker"), task, this.scored, this.parted);
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
    this.#beside?.offer();
    if (this.#beside && !this.#beside.asked) this.#alone();
    await this.chosen();
  }

  /** Called when the colours change; for panels with a canvas. */
  redraw() {}

  /** Called when a model or version is selected, also at the start. */
  async chosen() {
    this.ask();
  }

  /** Whether a model can be asked what the picked one is asked. */
  fits() {
    return true;
  }

  /** The body of a request for the other model. */
  adapted(body, request, { asked }) {
    const { version, ...rest } = body;
    return { ...rest, ...asked };
  }

  /** Called when something was said of an answer. */
  said() {
    this.#accuracy?.renew();
  }

  /** Send the request at once, or, if `typed`, after a pause in typing. */
  ask({ typed = false } = {}) {
    this.#isTyping = typed;
    if (this.picker.isReady) this.#live.start(typed ? TYPING : 0); // else `open` asks
  }

  /** Show an error in the place of the answer. */
  failed(error) {
    this.notice.failed(error);
    this.#state("failed");
    this.#narrow.reveal(this.#isTyping);
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
    this.#narrow.reveal(this.#isTyping);
    this.#accuracy?.show(isLogged(answer) ? this.picker.asked.model : null);
    if (this.#beside?.asked) await this.#askBeside(request, signal);
  }

  /** Ask the other model the same; if it cannot, the first answer stays. */
  async #askBeside(request, signal) {
    const other = { asked: this.#beside.asked, signature: await this.#beside.signature() };
    try {
      const body = await this.adapted(request.body, request, other, signal);
      const answer = await post(request.path, body, signal);
      if (signal.aborted) return;
      this.#besideNotice.clear();
      this.showBeside(answer, request);
    } catch (error) {
      if (signal.aborted) return;
      this.showBeside(null);
      this.#besideNotice.failed(error);
    }
  }

  #compare() {
    const place = make("div", { className: "beside-notices", role: "status" });
    this.find(".result").append(place);
    this.#besideNotice = new Notice(place, () => this.ask());
    this.#beside = new Beside(this.find(".picker"), this.picker, (name) => this.fits(name), () => {
      this.#alone();
      this.ask();
    });
  }

  /** A card for the answer of the second model, after that of the first. */
  besideCard({ model, version }) {
    const card = this.blank.cloneNode(true);
    card.classList.add("other");
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", `The answer of ${model} ${version}`);
    this.answer.after(card);
    return card;
  }

  /** Show the first answer only. */
  #alone() {
    this.#besideNotice.clear();
    this.showBeside(null);
  }

  /** An element at the end of the answer, unless the panel has a place for it. */
  #place(className) {
    const found = this.answer.querySelector(`.${className.split(" ")[0]}`) ?? make("div", { className });
    if (!found.parentElement) this.answer.append(found);
    return found;
  }

  #state(state) {
    this.panel.dataset.state = state;
    this.answer.setAttribute("aria-busy", String(state === "asking" || state === "renewing"));
  }
}

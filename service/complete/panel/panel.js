// The panel of completion: grey text behind the caret as one types, and texts that are written on.

import { Failure, post, sentence } from "../../api.js";
import { chip, make } from "../../dom.js";
import { Task } from "../../task.js";
import { TEXTS } from "./samples.js";

const OFFERED = 5;
const ON = { mode: "continue", temperature: 0.8, top_p: 0.95, most_tokens: 40 };

export const title = "Completion";

export class Panel extends Task {
  #text = this.find("#draft");
  #ghost = this.find(".ghost");
  #offered = this.find(".offered");
  #take = this.find(".take");
  #on = this.find(".on");
  #offer = "";
  #word = "";
  #shown = []; // what each model offers

  constructor(panel, models) {
    super(panel, "complete", models);
    this.#text.value = TEXTS.Reply;
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("scroll", () => this.#follow());
    for (const event of ["select", "click", "keyup"]) this.#text.addEventListener(event, () => this.#draw());
    this.#take.addEventListener("click", () => this.#append(this.#offer));
    this.#on.addEventListener("click", () => this.#writeOn());
    this.find(".samples").append(...Object.entries(TEXTS).map(([name, text]) => chip(name, () => this.#use(text))));
  }

  request() {
    const text = this.#text.value;
    if (text.trim() === "") return null;
    return { path: "complete", body: { ...this.picker.asked, texts: [text], count: OFFERED } };
  }

  show(answer, { body: { texts } }) {
    this.#shown = [];
    const [best] = this.#show(this.answer, answer);
    if (texts[0] === this.#text.value && best) this.#hold(best.text, best.word);
    else this.#hold("");
  }

  /** Show what another model offers, in a card of its own; the grey text stays that of the first. */
  showBeside(answer) {
    this.find(".answer.other")?.remove();
    if (answer !== null) this.#show(this.besideCard(answer), answer);
  }

  values() {
    const rows = this.#shown.flatMap(({ by, suggestions }) => suggestions.map(({ word, text, score }) => [by, word, text, score]));
    return { name: `${this.#shown[0].by.replace(" ", "-")}-completion`, rows: [["model", "word", "appended", "probability"], ...rows] };
  }

  #show(card, { model, version, results: [result] }) {
    if (result.error) throw new Failure("This text cannot be completed", sentence(result.error.message));
    const { suggestions, warnings } = result;
    const by = `${model} ${version}`;
    card.querySelector(".headline").replaceChildren("Next word", make("small", {}, by));
    card.querySelector(".offers").replaceChildren(...suggestions.map((found) => this.#choice(found)));
    card.querySelector(".none").hidden = suggestions.length > 0;
    card.querySelector(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    this.#shown.push({ by, suggestions });
    return suggestions;
  }

  failed(error) {
    this.#hold("");
    super.failed(error);
  }

  #typed() {
    // What was offered goes on while it is right, so that it does not flicker until the answer is there.
    const before = this.#ghost.firstChild?.textContent ?? "";
    const added = this.#text.value.slice(before.length);
    const goesOn = added && this.#text.value.startsWith(before) && this.#offer.startsWith(added);
    this.#hold(goesOn ? this.#offer.slice(added.length) : "", this.#word);
    this.ask();
  }

  #use(text) {
    this.#text.value = text;
    this.#typed();
    this.#text.focus();
  }

  /** Offer a text that makes a word whole, or nothing. */
  #hold(offer, word = "") {
    this.#offer = offer;
    this.#word = word;
    this.#draw();
  }

  /** Draw the grey text, if the caret is at the end. */
  #draw() {
    const text = this.#text.value;
    const isAtEnd = this.#text.selectionStart === text.length || document.activeElement !== this.#text;
    const offer = isAtEnd ? this.#offer : "";
    this.#ghost.replaceChildren(make("span", {}, text), make("span", { className: "grey" }, offer));
    const shown = offer && this.#word;
    this.#take.disabled = !shown;
    this.#take.textContent = shown ? `Take “${shown}”` : "Take";
    if (this.#offered.textContent !== hint(shown)) this.#offered.textContent = hint(shown);
    this.#follow();
  }

  #follow() {
    this.#ghost.scrollTop = this.#text.scrollTop;
  }

  /** Tab takes what is offered; without an offer it goes on to the next control, as everywhere. */
  #key(event) {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const grey = this.#ghost.lastChild?.textContent ?? "";
    if (event.key === "Tab" && grey) {
      event.preventDefault();
      this.#append(grey);
    } else if (event.key === "Escape" && grey) {
      event.preventDefault();
      this.#hold("");
    }
  }

  #append(text) {
    if (text === "") return;
    this.#text.value += text;
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
    this.#text.scrollTop = this.#text.scrollHeight;
    this.#hold("");
    this.ask();
  }

  async #writeOn() {
    const text = this.#text.value;
    if (text.trim() === "" || !this.picker.isReady) return;
    this.#on.disabled = true;
    try {
      const body = { ...this.picker.asked, texts: [text], ...ON };
      const { results } = await post("complete", body);
      if (results[0].error) throw new Failure("This text cannot be continued", sentence(results[0].error.message));
      if (this.#text.value === text) this.#append(results[0].continuations[0].text);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#on.disabled = false;
    }
  }

  #choice({ text, word, score }) {
    const fill = make("span", { className: "fill" });
    fill.style.width = `${score * 100}%`;
    const use = make("button", { type: "button", className: "chip", onclick: () => this.#append(text) }, word);
    const track = make("span", { className: "track", aria: { hidden: "true" } }, fill);
    return make("li", {}, use, track, make("span", { className: "share" }, `${(score * 100).toFixed(1)}%`));
  }
}

const hint = (offer) => (offer ? `Tab takes “${offer}”.` : "");

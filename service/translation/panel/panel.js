// The panel of translation: lines or HTML in, translations with alternatives out.

import { percent } from "../../accuracy.js";
import { copying, counted, make } from "../../dom.js";
import { feedbackForm } from "../../feedback.js";
import { Task } from "../../task.js";
import { terms } from "./glossary.js";
import { language, showLines } from "./lines.js";
import { SENTENCES } from "./samples.js";

const ALTERNATIVES = 2;
const MOST_ALTERNATIVES = 4;

const direction = ({ source, target }) => `${language(source)} → ${language(target)}`;

export const title = "Translation";

export class Panel extends Task {
  #text = this.find("#source");
  #alternatives = this.find("#alternatives");
  #format = this.find("#format");
  #detect = this.find("#detect");
  #swap = this.find(".swap");
  #sample = "";
  #shown = []; // what each model translated
  #translated = [];

  constructor(panel, models) {
    super(panel, "translation", models, { all: true, label: "Languages", name: (model) => named(model, models) });
    for (const field of [this.#text, this.find("#terms")]) {
      field.addEventListener("input", () => {
        this.#count();
        this.ask({ typed: true });
      });
    }
    for (const field of [this.#alternatives, this.#format]) field.addEventListener("change", () => this.ask());
    this.#detect.addEventListener("change", () => this.chosen());
    this.#swap.addEventListener("click", () => this.#turn());
    this.find(".answer .bar").append(copying("Copy", () => this.#translated.join("\n")));
  }

  async chosen() {
    const { source, target, max_beam: beam = 1 } = this.picker.signature;
    if (this.#text.value === this.#sample) this.#text.value = this.#sample = (SENTENCES[source] ?? []).join("\n");
    const known = source && !this.#detect.checked;
    this.#text.lang = known ? source : "";
    this.find(".from").textContent = known ? language(source) : "Text";
    this.find(".answer .to").textContent = target ? language(target) : "Translation";
    this.#swap.disabled = this.#back === undefined;
    const most = Math.min(MOST_ALTERNATIVES, beam - 1);
    const wanted = Math.min(most, Number(this.#alternatives.value || ALTERNATIVES));
    const options = Array.from({ length: most + 1 }, (_, count) =>
      make("option", { value: count, selected: count === wanted }, count || "none"),
    );
    this.#alternatives.replaceChildren(...options);
    this.#count();
    this.ask();
  }

  request() {
    const isHtml = this.#format.value === "html";
    const lines = isHtml ? [this.#text.value] : this.#text.value.split("\n");
    const texts = lines.filter((line) => line.trim() !== "");
    if (!texts.length) return null;
    const glossary = terms(this.find("#terms").value);
    const body = {
      ...this.#pair(),
      alternatives: Number(this.#alternatives.value),
      ...(isHtml && { format: "html" }),
      ...(Object.keys(glossary).length && { glossary }),
      texts,
    };
    return { path: "translate", body, lines, target: this.picker.signature.target };
  }

  /** The other model has the same languages, and perhaps fewer alternatives. */
  adapted({ source, target, model, version, alternatives, ...rest }, request, { asked, signature }) {
    return { ...asked, alternatives: Math.min(alternatives, (signature?.max_beam ?? 1) - 1), ...rest };
  }

  fits(name) {
    const { source, target } = this.picker.signature;
    return this.picker.known.some((one) => one.name === name && one.signature?.source === source && one.signature.target === target);
  }

  show(answer, request) {
    this.#shown = [];
    this.#show(this.answer, answer, request);
    this.#translated = this.#shown[0].found.map((one) => one?.text ?? "");
  }

  /** Show what another model translates, in a card of its own. */
  showBeside(answer, request) {
    this.find(".answer.other")?.remove();
    if (answer === null) return;
    this.#show(this.besideCard(answer), answer, request);
  }

  values() {
    const { lines } = this.#shown[0];
    const head = ["text", ...this.#shown.flatMap(({ by }) => [by, `score of ${by}`, `warnings of ${by}`])];
    const rows = lines.flatMap((line, place) => {
      const cells = this.#shown.flatMap(({ found }) => {
        const { text, score, warnings = [], error } = found[place] ?? {};
        return [text, score, error ? error.message : warnings.join("; ")];
      });
      return line.trim() === "" ? [] : [[line, ...cells]];
    });
    return { name: `${this.#shown[0].by.replace(" ", "-")}-translation`, rows: [head, ...rows] };
  }

  scored({ good, chrf }) {
    return { good: percent(good), ...(Number.isFinite(chrf) && { chrF: chrf.toFixed(1) }) };
  }

  #show(card, { model, version, translations }, { lines, target }) {
    const left = translations.values();
    const found = lines.map((line) => (line.trim() === "" ? null : left.next().value));
    const by = `${model} ${version}`;
    showLines(card, by, found, target, (one) => this.#feedback(one, target));
    this.#shown.push({ by, lines, found });
  }

  /** The form that says what a line should have been; unchanged, the translation counts as good. */
  #feedback({ prediction_id: id, text }, lang = "") {
    const better = make("textarea", { rows: 2, value: text, lang });
    const fields = [make("label", {}, "The right translation", better)];
    const says = { Send: () => ({ text: better.value }), "Wrong, I know no better": () => ({ good: false }) };
    return feedbackForm({ path: "translate/feedback", id, fields, says, sent: () => this.said() });
  }

  /** The model and its languages; of texts whose language is found, only the one to translate to. */
  #pair() {
    const { source, target } = this.picker.signature;
    if (this.#detect.checked) return { source: "auto", target };
    return { ...this.picker.asked, ...(this.picker.asked.version ? {} : { source, target }) };
  }

  /** The model that translates back, if there is one. */
  get #back() {
    const { source, target } = this.picker.signature;
    return this.picker.known.find(({ signature: one }) => one && one.source === target && one.target === source);
  }

  /** Translate the translation back. */
  async #turn() {
    const { name } = this.#back;
    if (this.#translated.length) this.#text.value = this.#translated.join("\n").trimEnd();
    this.#detect.checked = false;
    await this.picker.pick(name);
  }

  #count() {
    const most = this.picker.isReady ? this.picker.signature.max_characters : undefined;
    const limit = most ? `, at most ${most.toLocaleString("en")} ${this.#format.value === "html" ? "" : "a line"}` : "";
    this.find(".counted").textContent = `${counted([...this.#text.value].length, "character")}${limit.trimEnd()}`;
  }
}

/** The pair of languages, with the model's name if there are several models. */
function named({ name, signature, versions }, models) {
  const known = signature ?? versions.find((version) => version.signature)?.signature;
  if (!known) return name;
  return models.length > 1 ? `${direction(known)} · ${name}` : direction(known);
}

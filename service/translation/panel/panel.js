// The panel of translation: lines or HTML in, translations with alternatives out.

import { sentence } from "../../api.js";
import { copy, counted, make } from "../../dom.js";
import { Task } from "../../task.js";
import { terms } from "./glossary.js";
import { SENTENCES } from "./samples.js";

const ALTERNATIVES = 2;
const MOST_ALTERNATIVES = 4;
const SAID_FOR = 2000;

const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/** The name of a language; its code, if the browser does not know it. */
function language(code) {
  try {
    return languages.of(code);
  } catch {
    return code;
  }
}

const direction = ({ source, target }) => `${language(source)} → ${language(target)}`;

export const title = "Translation";

export class Panel extends Task {
  #text = this.find("#source");
  #alternatives = this.find("#alternatives");
  #format = this.find("#format");
  #detect = this.find("#detect");
  #swap = this.find(".swap");
  #sample = "";
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
    const button = this.find(".copy");
    button.addEventListener("click", async () => {
      await copy(this.#translated.join("\n"));
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), SAID_FOR);
    });
  }

  async chosen() {
    const { source, target, max_beam: beam = 1 } = this.picker.signature;
    if (this.#text.value === this.#sample) this.#text.value = this.#sample = (SENTENCES[source] ?? []).join("\n");
    const known = source && !this.#detect.checked;
    this.#text.lang = known ? source : "";
    this.find(".from").textContent = known ? language(source) : "Text";
    this.find(".to").textContent = target ? language(target) : "Translation";
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

  show({ model, version, translations }, { lines, target }) {
    const left = translations.values();
    const found = lines.map((line) => (line.trim() === "" ? null : left.next().value));
    this.#translated = found.map((one) => one?.text ?? "");
    const items = found.map((one) =>
      one ? item(one, target) : make("li", { className: "blank", aria: { hidden: "true" } }),
    );
    while (items.at(-1)?.className === "blank") items.pop();
    this.find(".translations").replaceChildren(...items);
    this.find(".by").textContent = `${model} ${version}`;
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

function item({ text, score, alternatives, warnings, doubtful, detected, model, version, error }, lang) {
  if (error) return make("li", { className: "wrong" }, make("strong", {}, "Not translated. "), sentence(error.message));
  const others = alternatives.map((other) => make("li", { lang }, other));
  const from = detected && `${language(detected.language)} (${Math.round(100 * detected.score)}%)`;
  return make(
    "li",
    { className: doubtful ? "doubtful" : "" },
    make(
      "div",
      { className: "line" },
      make("p", { lang, className: "translated" }, text),
      make(
        "span",
        { className: "score" },
        make("span", { className: "off-screen" }, "score "),
        score.toFixed(2).replace("-", "−"),
      ),
    ),
    from ? make("p", { className: "hint detected" }, `From ${from}${model ? `, by ${model} ${version}` : ""}`) : null,
    others.length ? make("ul", { className: "others", aria: { label: "Other ways to say it" } }, ...others) : null,
    warnings.length
      ? make("ul", { className: "warnings" }, ...warnings.map((warning) => make("li", {}, sentence(warning))))
      : null,
  );
}

/** The pair of languages, with the model's name if there are several models. */
function named({ name, signature, versions }, models) {
  const known = signature ?? versions.find((version) => version.signature)?.signature;
  if (!known) return name;
  return models.length > 1 ? `${direction(known)} · ${name}` : direction(known);
}

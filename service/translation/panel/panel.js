// The panel of translation: lines in, translations with alternatives out.

import { sentence } from "../../api.js";
import { make } from "../../dom.js";
import { Task } from "../../task.js";
import { SENTENCES } from "./samples.js";

const ALTERNATIVES = 2;
const MOST_ALTERNATIVES = 4;

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
  #sample = "";

  constructor(panel, models) {
    super(panel, "translation", models, { all: true, label: "Languages", name: (model) => named(model, models) });
    this.#text.addEventListener("input", () => this.ask({ typed: true }));
    this.#alternatives.addEventListener("change", () => this.ask());
  }

  async chosen() {
    const { source, target, max_beam: beam = 1 } = this.picker.signature;
    if (this.#text.value === this.#sample) this.#text.value = this.#sample = (SENTENCES[source] ?? []).join("\n");
    this.#text.lang = source ?? "";
    this.find(".from").textContent = source ? language(source) : "Text";
    this.find(".to").textContent = target ? language(target) : "Translation";
    const most = Math.min(MOST_ALTERNATIVES, beam - 1);
    const wanted = Math.min(most, Number(this.#alternatives.value || ALTERNATIVES));
    const options = Array.from({ length: most + 1 }, (_, count) =>
      make("option", { value: count, selected: count === wanted }, count || "none"),
    );
    this.#alternatives.replaceChildren(...options);
    this.ask();
  }

  request() {
    const lines = this.#text.value.split("\n");
    const texts = lines.filter((line) => line.trim() !== "");
    if (!texts.length) return null;
    const { source, target } = this.picker.signature;
    const pair = this.picker.asked.version ? {} : { source, target };
    const body = { ...this.picker.asked, ...pair, alternatives: Number(this.#alternatives.value), texts };
    return { path: "translate", body, lines, target };
  }

  show({ model, version, translations }, { lines, target }) {
    const left = translations.values();
    const items = lines.map((line) =>
      line.trim() === ""
        ? make("li", { className: "blank", aria: { hidden: "true" } })
        : item(left.next().value, target),
    );
    while (items.at(-1)?.className === "blank") items.pop();
    this.find(".translations").replaceChildren(...items);
    this.find(".by").textContent = `${model} ${version}`;
  }
}

function item({ text, score, alternatives, warnings, error }, lang) {
  if (error) return make("li", { className: "wrong" }, make("strong", {}, "Not translated. "), sentence(error.message));
  const others = alternatives.map((other) => make("li", { lang }, other));
  return make(
    "li",
    {},
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

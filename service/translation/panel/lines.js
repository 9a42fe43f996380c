// Translations as they are shown: a line each, with other ways to put it.

import { sentence } from "../../api.js";
import { make } from "../../dom.js";

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/** The name of a language; its code, if the browser does not know it. */
export function language(code) {
  try {
    return names.of(code);
  } catch {
    return code;
  }
}

/**
 * Show translations in a card.
 * @param found for each line its translation, null for a blank one
 * @param feedback makes the form for a line that is logged
 */
export function showLines(card, by, found, target, feedback) {
  const items = found.map((one) =>
    one ? item(one, target, feedback) : make("li", { className: "blank", aria: { hidden: "true" } }),
  );
  while (items.at(-1)?.className === "blank") items.pop();
  card.querySelector(".translations").replaceChildren(...items);
  card.querySelector(".by").textContent = by;
  card.querySelector(".to").textContent = target ? language(target) : "Translation";
}

function item(one, lang, feedback) {
  const { text, score, alternatives, warnings, doubtful, detected, model, version, error } = one;
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
    one.prediction_id ? feedback(one) : null,
  );
}

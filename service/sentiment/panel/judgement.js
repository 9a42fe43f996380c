// What a model makes of a text: its label, the probability of each label, and the words that it rests on.

import { sentence } from "../../api.js";
import { make, table } from "../../dom.js";

const COLOURS = 6;
const FAINT = 0.08; // of the heaviest word's weight
const HEAVY = 0.25; // log-odds that a text's heaviest word is taken for, at least
const LISTED = 12;

export class Judgement {
  #root;
  #words;
  #readout;

  /** @param root the card that shows it */
  constructor(root) {
    this.#root = root;
    this.#words = root.querySelector(".words");
    this.#readout = root.querySelector(".readout");
    this.#words.addEventListener("keydown", (event) => this.#key(event));
    for (const event of ["focusin", "mouseover"])
      this.#words.addEventListener(event, ({ target }) => this.#tell(target));
  }

  /**
   * Show a result.
   * @param model its name and version
   * @param known labels that have a colour already, which they keep
   */
  show(model, { label, score, scores, explanation, warnings }, text, known = []) {
    const labels = Object.keys(scores).sort();
    const coloured = [...new Set([...known, ...labels])];
    const colour = (name) => coloured.indexOf(name) % COLOURS;
    this.#find(".headline").replaceChildren(
      make("span", { className: "verdict", data: { colour: colour(label) } }, label),
      make("small", {}, model),
    );
    this.#find(".lead").textContent = `${percent(score)} sure.`;
    const likeliest = labels.toSorted((a, b) => scores[b] - scores[a]);
    this.#find(".bars").replaceChildren(...likeliest.map((name) => bar(name, scores[name], colour(name))));
    // of two labels, contributions are the second's, and what speaks against one speaks for the other
    const [other, subject] = labels.length === 2 ? Object.keys(scores) : [null, label];
    const side = (value) => (value > 0 ? `for ${subject}` : other ? `for ${other}` : `against ${subject}`);
    const tint = (value) => (value > 0 ? colour(subject) : other ? colour(other) : "none");
    this.#showWords(text, explanation, side, tint);
    this.#find(".legend").replaceChildren(legend("for", side(1), tint(1)), legend("against", side(-1), tint(-1)));
    this.#find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    const heaviest = explanation
      .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .slice(0, LISTED);
    const rows = heaviest.map(({ text, contribution }) => [text, side(contribution), weight(contribution)]);
    this.#find(".values").replaceChildren(
      table("The words that weigh most, in log-odds", ["Word", "Speaks", "Weight"], rows),
    );
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }

  /** Show the text with its words marked; offsets count code points, not UTF-16 units. */
  #showWords(text, explanation, side, tint) {
    const characters = Array.from(text);
    const heaviest = explanation.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution)), HEAVY);
    const parts = [];
    let done = 0;
    for (const { start, end, contribution } of explanation) {
      parts.push(characters.slice(done, start).join(""));
      const part = characters.slice(start, end).join("");
      const share = Math.abs(contribution) / heaviest;
      parts.push(share < FAINT ? part : word(part, contribution, share, side(contribution), tint(contribution)));
      done = end;
    }
    this.#words.replaceChildren(...parts, characters.slice(done).join(""));
    const first = this.#words.querySelector("[role=img]");
    if (first) first.tabIndex = 0;
    this.#readout.textContent = first
      ? "Point at a word, or walk through them with the arrow keys."
      : "No word weighs anything.";
  }

  #tell(target) {
    if (target.dataset.told) this.#readout.textContent = target.dataset.told;
  }

  /** The Tab key stops once; the arrow keys move from word to word. */
  #key(event) {
    const words = [...this.#words.querySelectorAll("[role=img]")];
    const now = words.indexOf(event.target);
    const to = {
      ArrowLeft: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now - 1,
      ArrowDown: now + 1,
      Home: 0,
      End: words.length - 1,
    }[event.key];
    if (now === -1 || to === undefined) return;
    event.preventDefault();
    const next = words[Math.max(0, Math.min(words.length - 1, to))];
    words[now].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

const percent = (share) => `${(share * 100).toFixed(share > 0.9995 || share < 0.0005 ? 2 : 1)}%`;
const weight = (contribution) => Math.abs(contribution).toFixed(2); // which side it is on is said in words

function bar(name, share, colour) {
  const fill = make("span", { className: "fill" });
  fill.style.width = `${share * 100}%`;
  return make(
    "li",
    { data: { colour } },
    make("span", { className: "name" }, name),
    make("span", { className: "track", aria: { hidden: "true" } }, fill),
    make("span", { className: "share" }, percent(share)),
  );
}

function word(text, contribution, share, side, colour) {
  const told = `${text}: ${weight(contribution)} ${side}`;
  const kind = contribution > 0 ? "for" : "against";
  const element = make(
    "span",
    {
      className: `word ${kind}`,
      role: "img",
      tabIndex: -1,
      title: told,
      data: { told, colour },
      aria: { label: told },
    },
    text,
  );
  element.style.setProperty("--weight", share.toFixed(2));
  return element;
}

function legend(kind, text, colour) {
  const swatch = make(
    "span",
    { className: `word ${kind}`, data: { colour }, aria: { hidden: "true" } },
    kind === "for" ? "solid" : "dashed",
  );
  swatch.style.setProperty("--weight", 0.6);
  return make("li", {}, swatch, ` speaks ${text}`);
}

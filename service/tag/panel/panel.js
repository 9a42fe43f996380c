// The panel of tagging: a text in, its entities marked, and the text without them.

import { Failure, sentence } from "../../api.js";
import { chip, copy, counted, make, table } from "../../dom.js";
import { Task } from "../../task.js";
import { TEXTS } from "./samples.js";

const COLOURS = 6;
const SAID_FOR = 2000;

export const title = "Tag";

export class Panel extends Task {
  #text = this.find("#tag-text");
  #mask = this.find("#tag-mask");
  #kinds = this.find(".kinds");
  #masked = "";

  constructor(panel, models) {
    super(panel, "tag", models);
    this.#text.addEventListener("input", () => this.ask({ typed: true }));
    this.#text.value = TEXTS.Post;
    const samples = Object.entries(TEXTS).map(([name, text]) => chip(name, () => this.#use(text)));
    this.find(".samples").append(...samples);
    this.#mask.addEventListener("change", () => {
      this.#kinds.hidden = !this.#mask.checked;
      this.ask();
    });
    this.#kinds.addEventListener("change", () => this.ask());
    const button = this.find(".copy");
    button.addEventListener("click", async () => {
      await copy(this.#masked);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), SAID_FOR);
    });
  }

  async chosen() {
    const { masks = [] } = this.picker.signature;
    const choices = masks.map((kind) =>
      make("label", { className: "chip" }, make("input", { type: "checkbox", value: kind, checked: true }), kind),
    );
    this.find(".choices").replaceChildren(...choices);
    this.ask();
  }

  request() {
    const text = this.#text.value;
    if (text.trim() === "") return null;
    const kinds = [...this.#kinds.querySelectorAll(":checked")].map((box) => box.value);
    const masking = this.#mask.checked && kinds.length > 0 ? { mask: kinds } : {};
    return { path: "tag", body: { ...this.picker.asked, texts: [text], offsets: "utf16", ...masking } };
  }

  show({ model, version, tags: [result] }, { body: { texts } }) {
    if (result.error) throw new Failure("This text cannot be tagged", sentence(result.error.message));
    const { entities, masked, replaced = [], warnings } = result;
    const labels = this.picker.signature.labels ?? [];
    const colour = (label) => Math.max(0, labels.indexOf(label)) % COLOURS;
    this.find(".headline").replaceChildren(
      entities.length === 1 ? "1 entity" : `${entities.length} entities`,
      make("small", {}, `${model} ${version}`),
    );
    this.find(".lead").textContent = entities.length ? "" : "No entity was found.";
    this.#showMarked(texts[0], entities, colour);
    const counts = labels.map((label) => [label, entities.filter((entity) => entity.label === label).length]);
    this.find(".legend").replaceChildren(
      ...counts
        .filter(([, count]) => count)
        .map(([label, count]) =>
          make("li", {}, make("span", { className: "entity", data: { colour: colour(label) } }, label), ` ${count}`),
        ),
    );
    this.find(".masked").hidden = masked === undefined;
    this.#masked = masked ?? "";
    this.find(".output").textContent = this.#masked;
    if (masked !== undefined) this.find(".lead").textContent = `${counted(replaced.length, "place")} replaced.`;
    this.find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    const rows = entities.map(({ text, label, score }) => [text, label, `${(score * 100).toFixed(0)}%`]);
    this.find(".values").replaceChildren(table("The entities, and how sure the model is", ["Text", "Label", "Sure"], rows));
  }

  #use(text) {
    this.#text.value = text;
    this.ask();
  }

  /** Show the text with its entities marked, each with its label in words. */
  #showMarked(text, entities, colour) {
    const parts = [];
    let done = 0;
    for (const { start, end, label, score } of entities) {
      parts.push(text.slice(done, start));
      const told = `${label}, ${(score * 100).toFixed(0)}% sure`;
      parts.push(
        make(
          "mark",
          { className: "entity", title: told, data: { colour: colour(label) } },
          text.slice(start, end),
          make("small", {}, label),
        ),
      );
      done = end;
    }
    this.find(".marked").replaceChildren(...parts, text.slice(done));
  }
}

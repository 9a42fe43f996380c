// The panel of tagging: a text in, its entities marked, and the text without them.

import { Failure, sentence } from "../../api.js";
import { chip, copying, counted, make, table } from "../../dom.js";
import { Task } from "../../task.js";
import { TEXTS } from "./samples.js";

const COLOURS = 6;

export const title = "Tag";

export class Panel extends Task {
  #text = this.find("#tag-text");
  #mask = this.find("#tag-mask");
  #kinds = this.find(".kinds");
  #shown = []; // what each model found

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

  show(answer, request) {
    this.#shown = [];
    this.#show(this.answer, answer, request, this.picker.signature.labels ?? []);
  }

  /** Show what another model finds in the same text, in a card of its own; labels of both have the same colour. */
  showBeside(answer, request) {
    this.find(".answer.other")?.remove();
    if (answer === null) return;
    const found = answer.tags[0].entities ?? [];
    const labels = [...new Set([...(this.picker.signature.labels ?? []), ...found.map(({ label }) => label)])];
    this.#show(this.besideCard(answer), answer, request, labels);
  }

  /** The other model replaces what it knows of what is picked. */
  adapted(body, request, { asked, signature }) {
    const { version, mask, ...rest } = body;
    const kinds = mask?.filter((kind) => signature?.masks?.includes(kind)) ?? [];
    return { ...rest, ...asked, ...(kinds.length && { mask: kinds }) };
  }

  values() {
    const rows = this.#shown.flatMap(({ by, entities }) =>
      entities.map(({ text, label, start, end, score }) => [by, text, label, start, end, score]),
    );
    const head = ["model", "text", "label", "start", "end", "score"];
    return { name: `${this.#shown[0].by.replace(" ", "-")}-tag`, rows: [head, ...rows] };
  }

  #show(card, { model, version, tags: [result] }, { body: { texts } }, labels) {
    const find = (selector) => card.querySelector(selector);
    if (result.error) throw new Failure("This text cannot be tagged", sentence(result.error.message));
    const { entities, masked, replaced = [], warnings } = result;
    const by = `${model} ${version}`;
    const colour = (label) => Math.max(0, labels.indexOf(label)) % COLOURS;
    find(".headline").replaceChildren(
      entities.length === 1 ? "1 entity" : `${entities.length} entities`,
      make("small", {}, by),
    );
    find(".lead").textContent = entities.length ? "" : "No entity was found.";
    showMarked(find(".marked"), texts[0], entities, colour);
    const counts = labels.map((label) => [label, entities.filter((entity) => entity.label === label).length]);
    find(".legend").replaceChildren(
      ...counts
        .filter(([, count]) => count)
        .map(([label, count]) =>
          make("li", {}, make("span", { className: "entity", data: { colour: colour(label) } }, label), ` ${count}`),
        ),
    );
    find(".masked").hidden = masked === undefined;
    find(".output").textContent = masked ?? "";
    find(".copy").replaceWith(copying("Copy", () => find(".output").textContent, "copy"));
    if (masked !== undefined) find(".lead").textContent = `${counted(replaced.length, "place")} replaced.`;
    find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    const rows = entities.map(({ text, label, score }) => [text, label, `${(score * 100).toFixed(0)}%`]);
    find(".values").replaceChildren(table("The entities, and how sure the model is", ["Text", "Label", "Sure"], rows));
    this.#shown.push({ by, entities });
  }

  #use(text) {
    this.#text.value = text;
    this.ask();
  }
}

/** Show the text with its entities marked, each with its label in words. */
function showMarked(place, text, entities, colour) {
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
  place.replaceChildren(...parts, text.slice(done));
}

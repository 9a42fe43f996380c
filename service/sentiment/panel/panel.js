// The panel of sentiment: a text in, its label and the contribution of each word out.

import { percent } from "../../accuracy.js";
import { Failure, sentence } from "../../api.js";
import { chip, make, table } from "../../dom.js";
import { feedbackForm } from "../../feedback.js";
import { Task } from "../../task.js";
import { Judgement } from "./judgement.js";
import { samplesFor } from "./samples.js";

export const title = "Sentiment";

export class Panel extends Task {
  #text = this.find("#text");
  #sample = ""; // the text that was put into the box as a sample
  #judgement = new Judgement(this.answer);
  #shown = []; // what each model made of the text

  constructor(panel, models) {
    super(panel, "sentiment", models);
    this.#text.addEventListener("input", () => this.ask({ typed: true }));
  }

  /** Offer samples of what the model has learned to tell apart. */
  async chosen() {
    const { labels } = this.picker.signature;
    const samples = Object.entries(samplesFor(labels));
    this.find(".samples").replaceChildren(...samples.map(([name, text]) => chip(name, () => this.#use(text))));
    this.#text.placeholder = `Write or paste a text; the answer is one of: ${labels.join(", ")}.`;
    const isUntouched = this.#text.value === this.#sample;
    if (isUntouched && !samples.some(([, text]) => text === this.#sample)) this.#write(samples[0]?.[1] ?? "");
    this.ask();
  }

  request() {
    const text = this.#text.value;
    if (text.trim() === "") return null;
    return { path: "sentiment", body: { ...this.picker.asked, texts: [text], explain: true } };
  }

  show(answer, request) {
    this.#shown = [];
    this.#show(this.answer, this.#judgement, answer, request);
  }

  /** Show what another model makes of the same text, in a card of its own. */
  showBeside(answer, request) {
    this.find(".answer.other")?.remove();
    if (answer === null) return;
    const card = this.besideCard(answer);
    this.#show(card, new Judgement(card), answer, request);
  }

  values() {
    const labels = [...new Set(this.#shown.flatMap(({ scores }) => Object.keys(scores)))];
    const rows = labels.map((label) => [label, ...this.#shown.map(({ scores }) => scores[label])]);
    const name = `${this.#shown[0].by.replace(" ", "-")}-sentiment`;
    return { name, rows: [["label", ...this.#shown.map(({ by }) => by)], ...rows] };
  }

  scored({ accuracy }) {
    return { accuracy: percent(accuracy) };
  }

  parted({ labels }) {
    const rows = Object.entries(labels).map(([label, { texts, recall, precision }]) => [
      label,
      texts.toLocaleString("en"),
      percent(recall),
      percent(precision),
    ]);
    return table("By what the texts are", ["Label", "Texts", "Found", "Right where predicted"], rows);
  }

  #show(card, judgement, { model, version, results: [result] }, { body: { texts } }) {
    if (result.error) throw new Failure("This text cannot be judged", sentence(result.error.message));
    const by = `${model} ${version}`;
    judgement.show(by, result, texts[0], Object.keys(this.#shown[0]?.scores ?? {}).sort());
    this.#shown.push({ by, scores: result.scores });
    card.querySelector(".judged").replaceChildren(...(result.prediction_id ? [this.#feedback(result)] : []));
  }

  /** The form that says which label is right, or which are, for a model that gives several. */
  #feedback({ prediction_id: id, label, labels, scores }) {
    const likeliest = Object.keys(scores).toSorted((a, b) => scores[b] - scores[a]);
    const right = labels ? boxes(likeliest, labels) : choice(likeliest, label);
    return feedbackForm({ path: "sentiment/feedback", id, fields: [right.field], says: { Send: right.said }, sent: () => this.said() });
  }

  #use(text) {
    this.#write(text);
    this.ask();
  }

  #write(text) {
    this.#sample = this.#text.value = text;
  }
}

function choice(labels, chosen) {
  const select = make("select", {}, ...labels.map((label) => make("option", { value: label, selected: label === chosen }, label)));
  return { field: make("label", {}, "The right label", select), said: () => ({ label: select.value }) };
}

function boxes(labels, chosen) {
  const inputs = labels.map((label) => make("input", { type: "checkbox", value: label, checked: chosen.includes(label) }));
  const chips = inputs.map((input) => make("label", { className: "chip" }, input, input.value));
  return {
    field: make("fieldset", {}, make("legend", {}, "The right labels"), make("div", { className: "row" }, ...chips)),
    said: () => ({ labels: inputs.filter(({ checked }) => checked).map(({ value }) => value) }),
  };
}

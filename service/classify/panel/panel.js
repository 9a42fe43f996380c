// The panel of labelled sequences: a drawing or a table in, probabilities and the steps that matter out.

import { Failure, sentence } from "../../api.js";
import { chip, counted, make, table } from "../../dom.js";
import { Task } from "../../task.js";
import { image, paint } from "./drawing.js";
import { grid, series } from "./picture.js";
import { DIGITS } from "./samples.js";
import { read } from "./steps.js";

const LIKELY = 10;
const LISTED = 12;
const LARGEST_FILE = 4 * 2 ** 20;
const LARGEST_PAD = 64; // pixels each way, of models that can be drawn for
const PEN = 0.07; // of the pad's width

export const title = "Classify";

export class Panel extends Task {
  #steps = this.find("#steps");
  #pad = this.find(".pad");
  #strokes = [];
  #drawn = null; // whether the pad is what counts, or the box
  #shown = []; // what each model made of the sequence

  constructor(panel, models) {
    super(panel, "classify", models, { all: true });
    this.#steps.addEventListener("input", () => this.#typed());
    this.find(".samples").append(...Object.entries(DIGITS).map(([name, strokes]) => chip(name, () => this.#use(strokes))));
    this.find(".clear").addEventListener("click", () => this.#use([]));
    this.find(".own").addEventListener("click", () => this.#sample());
    this.#pad.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#pad.addEventListener("pointermove", (event) => this.#draw(event));
    for (const event of ["pointerup", "pointercancel"]) this.#pad.addEventListener(event, () => this.#end());
    this.find("#steps-file").addEventListener("change", ({ target }) => this.#open(target.files[0]));
    this.#takeDrops(this.find(".drop"));
  }

  /** Whether the model reads square images, which can be drawn. */
  get #isPad() {
    const { steps, features } = this.picker.signature;
    return steps === features.length && steps > 4 && steps <= LARGEST_PAD;
  }

  async chosen() {
    const { features, steps, max_steps: most, per_step: perStep } = this.picker.signature;
    this.find(".drawing").hidden = !this.#isPad;
    const width = features.length;
    const shown = features.slice(0, 4).join(", ") + (width > 4 ? " and so on" : "");
    const length = steps === null ? `up to ${most.toLocaleString("en")} steps` : `exactly ${counted(steps, "step")}`;
    const what = perStep ? " Each step gets a label." : "";
    this.find("#steps-hint").textContent = `${sentence(length)} A line has ${counted(width, "number")}: ${shown}.${what}`;
    if (this.#isPad && !this.#steps.value) return this.#use(this.#strokes.length ? this.#strokes : DIGITS[3]);
    return this.#sample();
  }

  request() {
    const { features, steps, per_step: perStep } = this.picker.signature;
    const values = this.#drawn ? image(this.#strokes, steps) : this.#read(features.length);
    if (values === null) return null;
    const body = { ...this.picker.asked, sequences: [{ values }], explain: !perStep };
    return { path: "classify", body };
  }

  /** Sequences of one model's shape can be asked of the other. */
  fits(name) {
    const own = this.picker.signature;
    const other = this.picker.known.find((one) => one.name === name)?.signature;
    return other !== undefined && other.features.length === own.features.length && (other.steps ?? own.steps) === own.steps;
  }

  /** Labels of steps are not explained. */
  adapted(body, request, other) {
    const { explain, ...rest } = super.adapted(body, request, other);
    return { ...rest, explain: !other.signature?.per_step };
  }

  show(answer, request) {
    this.#shown = [];
    this.#show(this.answer, answer, request);
  }

  /** Show what another model makes of the same sequence, in a card of its own. */
  showBeside(answer, request) {
    this.find(".answer.other")?.remove();
    if (answer !== null) this.#show(this.besideCard(answer), answer, request);
  }

  values() {
    const [first] = this.#shown;
    const shown = this.#shown.filter(({ result }) => Boolean(result.steps) === Boolean(first.result.steps));
    const name = `${first.by.replace(" ", "-")}-classify`;
    const models = shown.map(({ by }) => by);
    if (first.result.steps) {
      const rows = first.result.steps.map((_, step) => [step + 1, ...shown.map(({ result }) => result.steps[step].label)]);
      return { name, rows: [["step", ...models], ...rows] };
    }
    const labels = [...new Set(shown.flatMap(({ result }) => Object.keys(result.probabilities)))];
    const rows = labels.map((label) => [label, ...shown.map(({ result }) => result.probabilities[label])]);
    return { name, rows: [["label", ...models], ...rows] };
  }

  #show(card, { model, version, results: [result] }, { body: { sequences } }) {
    if (result.error) throw new Failure("This sequence cannot be labelled", sentence(result.error.message));
    const [{ values }] = sequences;
    const by = `${model} ${version}`;
    const find = (selector) => card.querySelector(selector);
    find(".warnings").replaceChildren(...result.warnings.map((warning) => make("li", {}, sentence(warning))));
    const named = make("small", {}, by);
    if (result.steps) this.#showSteps(find, values, result.steps, named);
    else this.#showLabel(find, values, result, named);
    this.#shown.push({ by, result });
  }

  redraw() {
    if (this.picker.isReady && this.#isPad) this.#repaint();
  }

  #showLabel(find, values, { label, probability, probabilities, explanation }, named) {
    find(".headline").replaceChildren(make("span", { className: "label" }, label), named);
    find(".lead").textContent = `${percent(probability)} sure.`;
    const likely = Object.entries(probabilities).sort(([, one], [, other]) => other - one);
    find(".likely").replaceChildren(...likely.slice(0, LIKELY).map(([name, share]) => bar(name, share)));
    const told = `The sequence, with the steps that ${label} rests on`;
    const picture = this.#isPad ? grid(values, explanation, told) : series(columns(values), explanation, [], told);
    find(".picture").replaceChildren(picture);
    const where = this.#isPad ? "the bar beside a row" : "the tint behind a step";
    find("figcaption").textContent =
      `How much ${label} rests on each step is ${where}: by how much its log-odds fall when the step has its usual values. ` +
      "Blue-green speaks for it, orange against it.";
    const rows = explanation
      .toSorted((one, other) => Math.abs(other.importance) - Math.abs(one.importance))
      .slice(0, LISTED)
      .map(({ start, end, importance }) => [range(start, end), importance > 0 ? "for" : "against", Math.abs(importance).toFixed(2)]);
    const head = ["Step", "Speaks", "Weight"];
    find("summary").textContent = "Steps by weight";
    find(".values").replaceChildren(table(`The steps that weigh most, in log-odds of ${label}`, head, rows));
  }

  #showSteps(find, values, steps, named) {
    const runs = [];
    steps.forEach(({ label, probability }, step) => {
      const last = runs.at(-1);
      if (last?.label === label) Object.assign(last, { end: step + 1, sum: last.sum + probability });
      else runs.push({ label, start: step, end: step + 1, sum: probability });
    });
    find(".headline").replaceChildren(make("span", { className: "label" }, runs.map(({ label }) => label).slice(0, 6).join(" → ")), named);
    find(".lead").textContent = `${counted(steps.length, "step")} in ${counted(runs.length, "run")} of one label.`;
    find(".likely").replaceChildren();
    const told = "The sequence, with marks where the label changes";
    find(".picture").replaceChildren(series(columns(values), [], runs.slice(1).map(({ start }) => start), told));
    find("figcaption").textContent = "A bar stands where the label changes.";
    const rows = runs.map(({ label, start, end, sum }) => [range(start, end), label, percent(sum / (end - start))]);
    find("summary").textContent = "Runs of one label";
    find(".values").replaceChildren(table("Labels of the steps", ["Steps", "Label", "Mean probability"], rows));
  }

  /** The box's values, or null if it is empty. */
  #read(width) {
    const told = this.find("#steps-read");
    told.textContent = "";
    if (this.#steps.value.trim() === "") return null;
    try {
      const { values, note } = read(this.#steps.value, width);
      told.textContent = [`${counted(values.length, "step")} read.`, note].filter(Boolean).join(" ");
      return values;
    } catch (error) {
      throw new Failure("The numbers cannot be read", error.message);
    }
  }

  #typed() {
    this.#drawn = this.#isPad && this.#steps.value.trim() === "";
    this.ask({ typed: true });
  }

  async #sample() {
    const { values } = await this.picker.example();
    this.#fill(values.map((step) => (Array.isArray(step) ? step : [step]).map((cell) => cell ?? "").join(", ")).join("\n"));
  }

  #fill(text) {
    this.#steps.value = text;
    this.#drawn = false;
    this.ask();
  }

  #use(strokes) {
    const scale = this.#pad.width / 100;
    const own = strokes === this.#strokes;
    this.#strokes = own ? strokes : strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x * scale, y: y * scale })));
    this.#steps.value = "";
    this.find("#steps-read").textContent = "";
    this.#drawn = true;
    this.#repaint();
    this.ask();
  }

  #repaint() {
    const context = this.#pad.getContext("2d");
    context.clearRect(0, 0, this.#pad.width, this.#pad.height);
    paint(context, this.#strokes, this.#pad.width * PEN, getComputedStyle(this.#pad).color);
  }

  #begin(event) {
    event.preventDefault();
    this.#pad.setPointerCapture(event.pointerId);
    if (!this.#drawn) this.#strokes = [];
    this.#drawn = true;
    this.#steps.value = "";
    this.find("#steps-read").textContent = "";
    const place = this.#place(event);
    this.#strokes.push([place, { x: place.x + 0.1, y: place.y }]);
    this.#repaint();
  }

  #draw(event) {
    if (!this.#pad.hasPointerCapture(event.pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#strokes.at(-1).push(...(events.length ? events : [event]).map((each) => this.#place(each)));
    this.#repaint();
    this.ask({ typed: true });
  }

  #end() {
    if (this.#drawn && this.#strokes.length) this.ask();
  }

  #place({ clientX, clientY }) {
    const box = this.#pad.getBoundingClientRect();
    const scale = this.#pad.width / box.width;
    return { x: (clientX - box.left) * scale, y: (clientY - box.top) * scale };
  }

  async #open(file) {
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      this.failed(new Failure("This file is too large", "The page takes 4 MB; python -m seqserve predict classify takes any."));
      return;
    }
    try {
      this.#fill(await file.text());
    } catch {
      this.failed(new Failure(`${file.name} cannot be read`, "It may be a folder, or have gone. Choose another file."));
    }
  }

  #takeDrops(place) {
    const over = (is) => (event) => {
      event.preventDefault();
      place.classList.toggle("over", is);
    };
    place.addEventListener("dragover", over(true));
    place.addEventListener("dragleave", over(false));
    place.addEventListener("drop", (event) => {
      over(false)(event);
      this.#open(event.dataTransfer.files[0]);
    });
  }
}

const percent = (share) => `${(share * 100).toFixed(share > 0.9995 || share < 0.0005 ? 2 : 1)}%`;
const range = (start, end) => (end - start === 1 ? `${start + 1}` : `${start + 1} to ${end}`);
const columns = (values) => values.map((step) => (Array.isArray(step) ? step : [step]));

function bar(name, share) {
  const fill = make("span", { className: "fill" });
  fill.style.width = `${share * 100}%`;
  return make(
    "li",
    {},
    make("span", { className: "name" }, name),
    make("span", { className: "track", aria: { hidden: "true" } }, fill),
    make("span", { className: "share" }, percent(share)),
  );
}

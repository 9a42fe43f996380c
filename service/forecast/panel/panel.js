// The panel of forecasting: a table in, a chart out.

import { Failure, post, sentence } from "../../api.js";
import { chip, counted, make, table } from "../../dom.js";
import { Task } from "../../task.js";
import { Chart } from "./chart.js";
import { asTable, sent } from "./covariates.js";
import { asCsv, forecastAll, save } from "./download.js";
import { ofFile, ofText } from "./file.js";
import { SAMPLES } from "./samples.js";
import { axis, firstSent, shownDigits, told } from "./series.js";
import { Table } from "./table.js";
import { saying, unexpected } from "./unexpected.js";

const LARGEST_FILE = 12_000_000; // which the service takes as it is set up usually
const MOST_EDITED = 500_000; // characters that the box holds; of a longer text it shows the beginning
const FIRST_SHOWN = 2_000;
const USUAL_LEVELS = [80, 95];
const FEWEST_SEEN = 60;

export const title = "Forecast";

export class Panel extends Task {
  #sample = null; // the text that was put into the box as a sample
  #series = SAMPLES[0]; // the one of them that a model of any series is shown with
  #turn = 0; // counts what was put into the box, so that what comes late is dropped
  #wanted = {}; // horizon and levels, once they were set by hand
  #horizon = this.find("#horizon");
  #file = null; // what is read, where the box is not all of it, or was not typed
  #table = new Table(
    (selector) => this.find(selector),
    (how) => this.ask(how),
  );
  #answered = null; // what the download holds
  #input = this.find("#csv");
  #looking = new AbortController(); // for values that were not expected
  #levels = this.find(".levels");
  #chart = new Chart(this.find(".chart"), this.find(".pointed"));

  constructor(panel, models) {
    super(panel, "forecast", models);
    this.find("#sample").addEventListener("click", () => this.#useSample().catch((error) => this.failed(error)));
    this.find(".samples").append(...SAMPLES.map((sample) => chip(sample.name, () => this.#use(sample))));
    this.find("#file").addEventListener("change", ({ target }) =>
      this.#open(target.files[0]).then(() => (target.value = "")),
    );
    this.#input.addEventListener("input", () => this.#typed());
    this.find("#download").addEventListener("click", () => this.#download().catch((error) => this.failed(error)));
    this.#horizon.addEventListener("input", () => this.#setHorizon());
    this.find("#marking").addEventListener("change", () => this.ask());
    this.#takeDrops(panel, this.find(".drop"));
  }

  redraw() {
    this.#chart.redraw();
  }

  async chosen() {
    const { window, min_values: fewest, horizon, max_horizon: most, levels } = this.picker.signature;
    this.#horizon.max = most;
    this.#horizon.value = Math.min(most, this.#wanted.horizon ?? Math.max(horizon, Math.round((window ?? 0) / 3)));
    this.#tellHorizon();
    this.find("#window").textContent = `${counted(fewest, "value")} or more, oldest first.`;
    this.#offerLevels(levels);
    const takesAny = takesAnySeries(this.picker.signature);
    this.find(".samples").hidden = !takesAny;
    if (this.#input.value !== (this.#sample ?? "")) this.ask();
    else if (takesAny) this.#use(this.#series);
    else await this.#useSample();
  }

  async request(signal, waiting) {
    const file = this.#file ?? ofText(this.#input.value);
    this.find(".read").textContent = "";
    if (file.text?.trim() === "") return null;
    const { signature, asked } = this.picker;
    const horizon = Number(this.#horizon.value);
    await this.#table.read(file, asked, horizon, signature.max_horizon, signal, waiting);
    const { shown, notes, size, target } = this.#table;
    this.find(".read").textContent = told(shown, target, size, notes);
    return { path: "forecast", body: { ...this.#options, series: [this.#item(shown)] }, shown };
  }

  /** The fields of a request beside its series. */
  get #options() {
    return { ...this.picker.asked, horizon: Number(this.#horizon.value), levels: this.#chosenLevels };
  }

  /** A series as the model takes it: not all of a long one. */
  #item({ item }, from = firstSent(item.values, this.picker.signature.window)) {
    return { ...item, values: item.values.slice(from), ...sent(item, from, Number(this.#horizon.value)) };
  }

  show({ model, version, forecasts: [forecast] }, request) {
    this.#looking.abort();
    const { item, times } = request.shown;
    const { features, target } = this.picker.signature;
    const place = features.length === 1 ? 0 : features.indexOf(target);
    const history = item.values.map((step) => [step].flat()[place]);
    const series = item.id;
    const steps = history.length;
    this.#answered = { model, version, forecast, steps };
    if (forecast.error) throw new Failure("This cannot be forecast", sentence(forecast.error.message));
    const { mean, intervals, warnings } = forecast;
    const bands = Object.entries(intervals).map(([level, bounds]) => ({ level, ...bounds }));
    bands.sort((a, b) => b.level - a.level);
    const { x, names, dated } = axis(times, steps, mean.length);
    const digits = shownDigits(history);
    const number = (value) => value.toLocaleString("en", { maximumFractionDigits: digits });
    const ranges = (step) =>
      bands.toReversed().map(({ level, lower, upper }) => [level, `${number(lower[step])} to ${number(upper[step])}`]);
    const told = (place) => {
      const step = place - steps;
      if (step < 0) return [names[place], history[place] === null ? "gap" : number(history[place])];
      return [names[place], number(mean[step]), ...ranges(step).map(([level, range]) => `${level}%: ${range}`)];
    };
    const by = make("small", {}, `${model} ${version}`);
    this.find(".headline").replaceChildren(
      make("span", {}, `${series}, ${counted(mean.length, "step")} ahead`),
      by,
    );
    const sure = ranges(0).map(([level, range]) => `; at ${level}%, ${range}`);
    this.find(".lead").textContent = `${dated ? names[steps] : "Next"}: ${number(mean[0])}${sure.join("")}.`;
    const isMarking = this.find("#marking").checked;
    this.find(".legend").replaceChildren(...legend(bands, isMarking));
    const first = Math.max(0, steps - Math.max(FEWEST_SEEN, 3 * mean.length));
    this.#chart.show({ x, dated, steps, history, mean, bands, first, told });
    this.find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    const head = ["Step", "Forecast", ...bands.flatMap(({ level }) => [`${level}% lower`, `${level}% upper`])];
    const rows = mean.map((value, step) => [value, ...bands.flatMap(({ lower, upper }) => [lower[step], upper[step]])]);
    const cells = rows.map((row, step) => [names[steps + step], ...row.map(number)]);
    const { size } = this.#table;
    this.find("#download").textContent = size > 1 ? `Download all ${size.toLocaleString("en")} as CSV` : "Download as CSV";
    if (isMarking) this.#mark(request.shown, { model, version }, names);
    this.find(".values").replaceChildren(table(`Forecast of ${series} by ${model} ${version}`, head, cells));
  }

  /** Mark the values of the past that were not expected. */
  async #mark(shown, asked, names) {
    const { signal } = (this.#looking = new AbortController());
    try {
      const told = await unexpected(this.#item(shown, 0), asked, this.picker.signature, signal);
      if (signal.aborted) return;
      this.#chart.mark(told?.found.map(({ place }) => place) ?? []);
      if (told === null) this.#warn("Too few values come before the last ones to say which were not expected.");
      else this.#warn(told.error ? sentence(told.error) : saying(told, names));
    } catch (error) {
      if (!signal.aborted) this.#warn(`What was not expected could not be found. ${sentence(error.message)}`);
    }
  }

  /** Show one of the samples that any model of any series can forecast. */
  #use(sample) {
    this.#turn += 1;
    this.#series = sample;
    this.#horizon.value = this.#wanted.horizon ?? sample.horizon;
    this.#tellHorizon();
    this.#showSample(sample.text);
  }

  /** Show the model's own sample, a golden example of its version. */
  async #useSample() {
    const turn = (this.#turn += 1);
    const { picked } = this.picker;
    const isLate = () => turn !== this.#turn || picked !== this.picker.picked;
    try {
      const example = await this.picker.example();
      if (!isLate()) this.#showSample(asTable(example, picked.signature.features));
    } catch (error) {
      if (!isLate()) throw error;
    }
  }

  #showSample(text) {
    this.#sample = text;
    this.#write(text);
    this.ask();
  }

  async #open(file) {
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      this.failed(new Failure("This file is too large", "The page takes 12 MB; python -m seqserve predict forecast takes any."));
      return;
    }
    const turn = (this.#turn += 1);
    try {
      const found = await ofFile(file);
      if (turn !== this.#turn) return;
      this.#write(found.shown ?? "");
      this.#file = found;
      this.ask();
    } catch {
      const detail = "It may be a folder, or have gone, or not be yours to read. Choose another file.";
      if (turn === this.#turn) this.failed(new Failure(`${file.name} cannot be read`, detail));
    }
  }

  #takeDrops(panel, place) {
    const mark = (over) => place.classList.toggle("over", over);
    panel.addEventListener("dragover", (event) => (event.preventDefault(), mark(true)));
    panel.addEventListener("dragleave", () => mark(false));
    panel.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      const [file] = event.dataTransfer.files;
      if (file) this.#open(file);
      else this.#paste(event.dataTransfer.getData("text/plain"));
    });
  }

  #paste(text) {
    this.#turn += 1;
    this.#write(text);
    this.ask();
  }

  #typed() {
    this.#turn += 1;
    this.#file = null;
    this.ask({ typed: true });
  }

  /** Put another text into the box, of a long one the beginning. */
  #write(text) {
    const isLong = text.length > MOST_EDITED;
    this.#file = isLong ? ofText(text) : null;
    this.#input.value = isLong ? `${text.slice(0, text.indexOf("\n", FIRST_SHOWN) + 1 || FIRST_SHOWN)}...` : text;
    this.#table.forget();
  }

  /** Save the forecasts of all series, as they are asked for now. */
  async #download() {
    const button = this.find("#download");
    const { model, version, forecast, steps } = this.#answered;
    const name = `${model}-${version}-forecast.csv`;
    const levels = this.#chosenLevels;
    if (this.#table.size < 2) {
      save(name, asCsv([forecast], Object.keys(forecast.intervals), [steps]));
      return;
    }
    const { series: all } = this.#table;
    const lengths = all.map(({ item }) => item.values.length);
    const items = all.map((one) => this.#item(one));
    const options = this.#options;
    const usual = button.textContent;
    button.disabled = true;
    try {
      const ask = async (series) => (await post("forecast", { ...options, series })).forecasts;
      const told = (done) => (button.textContent = `${done.toLocaleString("en")} of ${items.length.toLocaleString("en")}`);
      const found = await forecastAll(items, ask, told);
      save(name, asCsv(found, levels, lengths));
      const failed = found.filter(({ error }) => error);
      const first = failed.length && `${failed[0].id}: ${failed[0].error.message}`;
      if (failed.length) this.#warn(`${failed.length.toLocaleString("en")} series are not in the file. ${sentence(first)}`);
    } finally {
      button.disabled = false;
      button.textContent = usual;
    }
  }

  #warn(text) {
    this.find(".warnings").append(make("li", {}, text));
  }

  #setHorizon() {
    this.#wanted.horizon = Number(this.#horizon.value);
    this.#tellHorizon();
    this.ask({ typed: true });
  }

  #tellHorizon() {
    this.find("#horizon-told").textContent = counted(Number(this.#horizon.value), "step");
  }

  get #chosenLevels() {
    return [...this.#levels.querySelectorAll("input:checked")].map((box) => Number(box.value));
  }

  /** Offer the model's levels; checked are the user's choice, the two usual ones, or the model's highest. */
  #offerLevels(levels) {
    const wanted = this.#wanted.levels;
    const usual = (wanted ?? USUAL_LEVELS).filter((level) => levels.includes(level));
    const on = usual.length || wanted?.length === 0 ? usual : levels.slice(-2);
    const boxes = levels.map((level) => {
      const box = make("input", {
        type: "checkbox",
        value: level,
        checked: on.includes(level),
        onchange: () => ((this.#wanted.levels = this.#chosenLevels), this.ask()),
      });
      return make("label", { className: "chip" }, box, `${level}%`);
    });
    this.#levels.replaceChildren(...boxes);
    this.#levels.closest("fieldset").hidden = levels.length === 0;
  }
}

/** Whether a model takes whatever series it is sent, with nothing beside it. */
function takesAnySeries({ window, features, known, past, static: fixed }) {
  return window === null && [features, known, past, fixed].map(({ length }) => length).join() === "1,0,0,0";
}

function legend(bands, isMarking) {
  const entry = (kind, text) =>
    make("li", {}, make("span", { className: `swatch ${kind}`, aria: { hidden: "true" } }), text);
  const levels = bands
    .map(({ level }) => `${level}%`)
    .reverse()
    .join(" and ");
  return [
    entry("history", "history"),
    entry("mean", "forecast"),
    ...(bands.length ? [entry("band", `${levels} intervals`)] : []),
    ...(isMarking ? [entry("unexpected", "not expected")] : []),
  ];
}

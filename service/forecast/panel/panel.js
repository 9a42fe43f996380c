// The panel of forecasting: a table in, a chart out.

import { percent } from "../../accuracy.js";
import { post, sentence } from "../../api.js";
import { asCsv, save } from "../../csv.js";
import { chip, counted, make } from "../../dom.js";
import { Task } from "../../task.js";
import { AnswerView } from "./answer.js";
import { Box } from "./box.js";
import { asTable, sent, withoutGaps } from "./covariates.js";
import { forecastAll, longRows } from "./download.js";
import { seasonOf } from "./naive.js";
import { SAMPLES } from "./samples.js";
import { firstSent, told } from "./series.js";
import { Table } from "./table.js";
import { saying, unexpected } from "./unexpected.js";

const USUAL_LEVELS = [80, 95];

export const title = "Forecast";

export class Panel extends Task {
  #series = SAMPLES[0]; // the sample that a model of any series is shown with
  #wanted = {}; // horizon and levels, once they were set by hand
  #horizon = this.find("#horizon");
  #levels = this.find(".levels");
  #table = new Table(
    (selector) => this.find(selector),
    (how) => this.ask(how),
  );
  #box = new Box(this.panel, (selector) => this.find(selector), {
    changed: (how) => this.ask(how),
    written: () => this.#table.forget(),
    failed: (error) => this.failed(error),
  });
  #view = new AnswerView((selector) => this.find(selector));
  #answered = null; // what a file is named after
  #looking = new AbortController(); // for values that were not expected

  constructor(panel, models) {
    super(panel, "forecast", models);
    this.find("#sample").addEventListener("click", () => this.#useSample().catch((error) => this.failed(error)));
    this.find(".samples").append(...SAMPLES.map((sample) => chip(sample.name, () => this.#use(sample))));
    this.#horizon.addEventListener("input", () => this.#setHorizon());
    this.find("#marking").addEventListener("change", () => this.ask());
  }

  redraw() {
    this.#view.redraw();
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
    if (!this.#box.isUntouched) this.ask();
    else if (takesAny) this.#use(this.#series);
    else await this.#useSample();
  }

  async request(signal, waiting) {
    const { file } = this.#box;
    this.find(".read").textContent = "";
    if (file.text?.trim() === "") return null;
    const { signature, asked } = this.picker;
    const horizon = Number(this.#horizon.value);
    await this.#table.read(file, asked, horizon, signature.max_horizon, signal, waiting);
    const { shown, notes, size, target } = this.#table;
    this.find(".read").textContent = told(shown, target, size, notes);
    return { path: "forecast", body: { ...this.#options, series: [this.#item(shown)] }, shown, file };
  }

  /** The request of the other model: without intervals, and with the columns that it takes. */
  async adapted(body, { file }, { asked, signature }, signal) {
    const horizon = Math.min(body.horizon, signature?.max_horizon ?? body.horizon);
    const item = await this.#table.shownTo(asked, file, horizon, signal);
    return { ...asked, horizon, levels: [], series: [whatIsSent(item, signature?.window, horizon)] };
  }

  show(answer, { shown }) {
    this.#looking.abort();
    const { model, version } = (this.#answered = answer);
    const { signature } = this.picker;
    const isMarking = this.find("#marking").checked;
    this.#view.show(answer, shown, signature, seasonOf(this.#table.steps, signature), isMarking);
    const { size } = this.#table;
    this.keep.tell(size > 1 ? `Download all ${size.toLocaleString("en")} as CSV` : "Download as CSV");
    if (isMarking) this.#mark(shown, { model, version });
  }

  showBeside(answer) {
    this.#view.beside(answer);
  }

  values() {
    return { name: this.#fileName, rows: this.#view.rows };
  }

  scored({ scaled_error: scaled, wape, mae, coverage }) {
    const rounded = (value) => Number(value.toPrecision(3)).toLocaleString("en");
    return {
      "weighted error": percent(wape),
      "mean error": rounded(mae),
      ...(Number.isFinite(scaled) && { "scaled error": rounded(scaled) }),
      ...Object.fromEntries(Object.entries(coverage).map(([level, share]) => [`in ${level}%`, percent(share)])),
    };
  }

  /** Save the forecasts of all series, as they are asked for now. */
  async write() {
    if (this.#table.size < 2) save(`${this.#fileName}.csv`, asCsv(this.#view.rows));
    else await this.#writeAll().catch((error) => this.failed(error));
  }

  async #writeAll() {
    const name = `${this.#fileName}.csv`;
    const levels = this.#chosenLevels;
    const { series: all, size } = this.#table;
    const lengths = all.map(({ item }) => item.values.length);
    const items = all.map((one) => this.#item(one));
    const options = this.#options;
    try {
      const ask = async (series) => (await post("forecast", { ...options, series })).forecasts;
      const told = (done) => this.keep.tell(`${done.toLocaleString("en")} of ${size.toLocaleString("en")}`, true);
      const found = await forecastAll(items, ask, told);
      save(name, asCsv(longRows(found, levels, lengths)));
      const failed = found.filter(({ error }) => error);
      const first = failed.length && `${failed[0].id}: ${failed[0].error.message}`;
      if (failed.length) this.#view.warn(`${failed.length.toLocaleString("en")} series are not in the file. ${sentence(first)}`);
    } finally {
      this.keep.tell(`Download all ${size.toLocaleString("en")} as CSV`);
    }
  }

  get #fileName() {
    const { model, version } = this.#answered;
    return `${model}-${version}-forecast`;
  }

  /** The fields of a request beside its series. */
  get #options() {
    return { ...this.picker.asked, horizon: Number(this.#horizon.value), levels: this.#chosenLevels };
  }

  #item({ item }, from) {
    return whatIsSent(item, this.picker.signature.window, Number(this.#horizon.value), from);
  }

  /** Mark the values of the past that were not expected. */
  async #mark(shown, asked) {
    const { signal } = (this.#looking = new AbortController());
    try {
      const told = await unexpected(this.#item(shown, 0), asked, this.picker.signature, signal);
      if (signal.aborted) return;
      this.#view.mark(told?.found.map(({ place }) => place) ?? []);
      if (told === null) this.#view.warn("Too few values come before the last ones to say which were not expected.");
      else this.#view.warn(told.error ? sentence(told.error) : saying(told, this.#view.names));
    } catch (error) {
      if (!signal.aborted) this.#view.warn(`What was not expected could not be found. ${sentence(error.message)}`);
    }
  }

  /** Show one of the samples that any model of any series can forecast. */
  #use(sample) {
    this.#box.turn();
    this.#series = sample;
    this.#horizon.value = this.#wanted.horizon ?? sample.horizon;
    this.#tellHorizon();
    this.#box.showSample(sample.text);
  }

  /** Show the model's own sample, a golden example of its version. */
  async #useSample() {
    const isLate = this.#box.turn();
    const { picked } = this.picker;
    const isOther = () => isLate() || picked !== this.picker.picked;
    try {
      const example = await this.picker.example();
      if (!isOther()) this.#box.showSample(asTable(withoutGaps(example), picked.signature.features));
    } catch (error) {
      if (!isOther()) throw error;
    }
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

/** A series as a model takes it: not all of a long one. */
function whatIsSent(item, window, horizon, from = firstSent(item.values, window)) {
  return { ...item, values: item.values.slice(from), ...sent(item, from, horizon) };
}

/** Whether a model takes whatever series it is sent, with nothing beside it. */
function takesAnySeries({ window, features, known, past, static: fixed }) {
  return window === null && [features, known, past, fixed].map(({ length }) => length).join() === "1,0,0,0";
}

// The panel of forecasting: a table in, a chart out.

import { Failure, sentence } from "../../api.js";
import { counted, make, table } from "../../dom.js";
import { Task } from "../../task.js";
import { Chart } from "./chart.js";
import { decoded, read } from "./csv.js";
import { iso } from "./dates.js";
import { axis, firstSent, shownDigits, told } from "./series.js";

const LARGEST_FILE = 5_000_000;
const USUAL_LEVELS = [80, 95];
const FEWEST_SEEN = 60;

export const title = "Forecast";

export class Panel extends Task {
  #sample = null;
  #turn = 0; // counts what was put into the box, so that what comes late is dropped
  #wanted = {}; // horizon and levels, once they were set by hand
  #horizon = this.find("#horizon");
  #column = this.find("#column");
  #input = this.find("#csv");
  #levels = this.find(".levels");
  #chart = new Chart(this.find(".chart"), this.find(".pointed"));

  constructor(panel, models) {
    super(panel, "forecast", models);
    this.find("#sample").addEventListener("click", () => this.#useSample().catch((error) => this.failed(error)));
    this.find("#file").addEventListener("change", ({ target }) =>
      this.#open(target.files[0]).then(() => (target.value = "")),
    );
    this.#input.addEventListener("input", () => ((this.#turn += 1), this.ask({ typed: true })));
    this.#column.addEventListener("change", () => this.ask());
    this.#horizon.addEventListener("input", () => this.#setHorizon());
    this.#takeDrops(panel, this.find(".drop"));
  }

  redraw() {
    this.#chart.redraw();
  }

  async chosen() {
    const { window = 1, horizon = 1, max_horizon: most = 1, levels = [] } = this.picker.signature;
    this.#horizon.max = most;
    this.#horizon.value = Math.min(most, this.#wanted.horizon ?? Math.max(horizon, Math.round(window / 3)));
    this.#tellHorizon();
    this.find("#window").textContent = `${counted(window, "value")} or more, oldest first.`;
    this.#offerLevels(levels);
    if (this.#input.value === (this.#sample ?? "")) await this.#useSample();
    else this.ask();
  }

  request() {
    const text = this.#input.value;
    this.find(".read").textContent = "";
    if (text.trim() === "") return null;
    const found = read(text);
    const { features, target, window } = this.picker.signature;
    const columns = this.#columns(found.columns, features);
    this.find(".read").textContent = told(found, columns);
    const steps = columns[0].values.length;
    const rows = Array.from({ length: steps }, (_, place) => columns.map((column) => column.values[place]));
    const values = rows.slice(firstSent(columns, steps, window));
    const series = {
      id: columns.length === 1 ? columns[0].name : "table",
      values: columns.length === 1 ? values.flat() : values,
    };
    if (found.frequency) {
      // counted back from the last row, so that holidays in between do not move the forecast
      series.start = iso(found.frequency.back(found.times.at(-1), values.length - 1));
      series.frequency = found.frequency.alias;
    }
    const horizon = Number(this.#horizon.value);
    const body = { ...this.picker.asked, horizon, levels: this.#chosenLevels, series: [series] };
    return {
      path: "forecast",
      body,
      times: found.times,
      target: columns[features.length === 1 ? 0 : features.indexOf(target)],
    };
  }

  show({ model, version, forecasts: [forecast] }, { times, target }) {
    if (forecast.error) throw new Failure("This cannot be forecast", sentence(forecast.error.message));
    const { mean, intervals, timestamps, warnings } = forecast;
    const bands = Object.entries(intervals).map(([level, bounds]) => ({ level, ...bounds }));
    bands.sort((a, b) => b.level - a.level);
    const steps = target.values.length;
    const { x, names } = axis(times, timestamps, steps, mean.length);
    const digits = shownDigits(target.values);
    const number = (value) => value.toLocaleString("en", { maximumFractionDigits: digits });
    const ranges = (step) =>
      bands.toReversed().map(({ level, lower, upper }) => [level, `${number(lower[step])} to ${number(upper[step])}`]);
    const told = (place) => {
      const step = place - steps;
      if (step < 0) return [names[place], target.values[place] === null ? "gap" : number(target.values[place])];
      return [names[place], number(mean[step]), ...ranges(step).map(([level, range]) => `${level}%: ${range}`)];
    };
    const by = make("small", {}, `${model} ${version}`);
    this.find(".headline").replaceChildren(
      make("span", {}, `${target.name}, ${counted(mean.length, "step")} ahead`),
      by,
    );
    const sure = ranges(0).map(([level, range]) => `; at ${level}%, ${range}`);
    this.find(".lead").textContent = `${times ? names[steps] : "Next"}: ${number(mean[0])}${sure.join("")}.`;
    this.find(".legend").replaceChildren(...legend(bands));
    const first = Math.max(0, steps - Math.max(FEWEST_SEEN, 3 * mean.length));
    this.#chart.show({ x, dated: times !== null, steps, history: target.values, mean, bands, first, told });
    this.find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    const head = ["Step", "Forecast", ...bands.flatMap(({ level }) => [`${level}% lower`, `${level}% upper`])];
    const rows = mean.map((value, step) => [value, ...bands.flatMap(({ lower, upper }) => [lower[step], upper[step]])]);
    const cells = rows.map((row, step) => [names[steps + step], ...row.map(number)]);
    this.find(".values").replaceChildren(table(`Forecast of ${target.name} by ${model} ${version}`, head, cells));
  }

  async #useSample() {
    const turn = (this.#turn += 1);
    const { picked } = this.picker;
    const isLate = () => turn !== this.#turn || picked !== this.picker.picked;
    try {
      const { values } = await this.picker.example();
      if (!isLate()) this.#showSample(values, picked.signature.features);
    } catch (error) {
      if (!isLate()) throw error;
    }
  }

  #showSample(values, features) {
    const rows = values.map((step) =>
      [step]
        .flat()
        .map((value) => value ?? (features.length > 1 ? "" : "NA"))
        .join(","),
    );
    this.#input.value = this.#sample = [features.join(","), ...rows].join("\n");
    this.ask();
  }

  async #open(file) {
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      this.failed(new Failure("This file is too large", "The page takes 5 MB; a forecast needs the last rows only."));
      return;
    }
    const turn = (this.#turn += 1);
    try {
      const bytes = await file.arrayBuffer();
      if (turn === this.#turn) this.#paste(decoded(bytes));
    } catch {
      const detail = "It may be a folder, or have gone, or not be yours to read. Choose a file of text.";
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
    this.#input.value = text;
    this.ask();
  }

  /** The columns for the model's features: by name, or the selected one for a model with one feature. */
  #columns(columns, features) {
    const named = (feature) => columns.find(({ name }) => name.toLowerCase() === feature.toLowerCase());
    const single = features.length === 1;
    this.#column.closest("label").hidden = !single || columns.length < 2;
    if (!single) {
      const missing = features.filter((feature) => !named(feature));
      if (missing.length) {
        const there = columns.map(({ name }) => name).join(", ");
        throw new Failure(
          "A column is missing",
          `This model needs ${features.join(", ")}; there are ${there}. Name the columns in the first row.`,
        );
      }
      return features.map(named);
    }
    const before = [...this.#column.options].map((option) => option.textContent);
    const isSame = before.length === columns.length && columns.every(({ name }, place) => name === before[place]);
    const usual = named(features[0]) ?? columns.find(({ aside }) => !aside) ?? columns[0];
    const picked = isSame ? columns[this.#column.value] : usual;
    this.#column.replaceChildren(
      ...columns.map((column, place) => make("option", { value: place, selected: column === picked }, column.name)),
    );
    return [picked];
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

function legend(bands) {
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
  ];
}

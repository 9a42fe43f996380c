// The answer to a request for one series: headline, chart, legend, warnings and the values as a table.

import { Failure, sentence } from "../../api.js";
import { counted, make, table } from "../../dom.js";
import { Chart } from "./chart.js";
import { longRows } from "./download.js";
import * as baseline from "./naive.js";
import { axis, shownDigits } from "./series.js";

const FEWEST_SEEN = 60; // steps of the history

export class AnswerView {
  #find;
  #chart;
  #shown = null; // what is drawn

  /** @param find finds an element of the panel */
  constructor(find) {
    this.#find = find;
    this.#chart = new Chart(find(".chart"), find(".pointed"));
  }

  redraw() {
    this.#chart.redraw();
  }

  /** Mark values of the history by their places. */
  mark(places) {
    this.#chart.mark(places);
  }

  /** The names of the steps, those ahead among them. */
  get names() {
    return this.#shown.names;
  }

  /**
   * Show a forecast.
   * @param answer of one series
   * @param series `item` as the service takes it and its `times`
   * @param season that the seasonal naive forecast has
   * @param isMarking whether the legend has an entry for values that were not expected
   * @throws Failure the series could not be forecast
   */
  show({ model, version, forecasts: [forecast] }, { item, times }, { features, target }, season, isMarking) {
    if (forecast.error) throw new Failure("This cannot be forecast", sentence(forecast.error.message));
    const place = features.length === 1 ? 0 : features.indexOf(target);
    const history = item.values.map((step) => [step].flat()[place]);
    const { mean, intervals, warnings } = forecast;
    const bands = Object.entries(intervals).map(([level, bounds]) => ({ level, ...bounds }));
    bands.sort((a, b) => b.level - a.level);
    const naive = baseline.naive(history, season, mean.length);
    const by = `${model} ${version}`;
    const { x, names, dated } = axis(times, history.length, mean.length);
    this.#shown = { by, series: item.id, forecast, history, bands, naive, x, names, dated, isMarking, other: null };
    this.#find(".warnings").replaceChildren(...warnings.map((warning) => make("li", {}, sentence(warning))));
    this.#draw();
  }

  /** Show the forecast of another model too, without its intervals; null hides it. */
  beside(answer) {
    if (this.#shown === null) return;
    const { model, version, forecasts: [forecast] } = answer ?? { forecasts: [{}] };
    if (forecast.error) throw new Failure(`${model} ${version} cannot forecast this`, sentence(forecast.error.message));
    this.#shown.other = answer && { by: `${model} ${version}`, mean: forecast.mean };
    this.#draw();
  }

  warn(text) {
    this.#find(".warnings").append(make("li", {}, text));
  }

  /** What is shown, as rows of a file. */
  get rows() {
    const { forecast, naive, history, other } = this.#shown;
    const more = { [baseline.column(naive.season)]: [naive.values], ...(other && { [other.by]: [other.mean] }) };
    return longRows([forecast], Object.keys(forecast.intervals), [history.length], more);
  }

  #draw() {
    const { by, series, forecast, history, bands, naive, x, names, dated, isMarking, other } = this.#shown;
    const { mean } = forecast;
    const steps = history.length;
    const digits = shownDigits(history);
    const number = (value) => value?.toLocaleString("en", { maximumFractionDigits: digits }) ?? "";
    const ranges = (step) =>
      bands.toReversed().map(({ level, lower, upper }) => [level, `${number(lower[step])} to ${number(upper[step])}`]);
    const others = [
      { kind: "naive", name: baseline.named(naive.season), text: baseline.described(naive.season), values: naive.values },
      ...(other ? [{ kind: "other", name: other.by, text: other.by, values: other.mean }] : []),
    ];
    const told = (place) => {
      const step = place - steps;
      if (step < 0) return [names[place], history[place] === null ? "gap" : number(history[place])];
      return [
        names[place],
        number(mean[step]),
        ...ranges(step).map(([level, range]) => `${level}%: ${range}`),
        ...others.map(({ name, values }) => `${name}: ${number(values[step])}`),
      ];
    };
    this.#find(".headline").replaceChildren(
      make("span", {}, `${series}, ${counted(mean.length, "step")} ahead`),
      make("small", {}, by),
    );
    const sure = ranges(0).map(([level, range]) => `; at ${level}%, ${range}`);
    this.#find(".lead").textContent = `${dated ? names[steps] : "Next"}: ${number(mean[0])}${sure.join("")}.`;
    this.#find(".legend").replaceChildren(...legend(other ? `forecast by ${by}` : "forecast", bands, others, isMarking));
    const first = Math.max(0, steps - Math.max(FEWEST_SEEN, 3 * mean.length));
    this.#chart.show({ x, dated, steps, history, mean, bands, lines: others, first, told });
    const bounds = bands.flatMap(({ level }) => [`${level}% lower`, `${level}% upper`]);
    const rows = mean.map((value, step) => [
      value,
      ...bands.flatMap(({ lower, upper }) => [lower[step], upper[step]]),
      ...others.map(({ values }) => values[step]),
    ]);
    const head = ["Step", other ? by : "Forecast", ...bounds, ...others.map(({ name }) => name)];
    const cells = rows.map((row, step) => [names[steps + step], ...row.map(number)]);
    this.#find(".values").replaceChildren(table(`Forecast of ${series} by ${by}`, head, cells));
  }
}

function legend(name, bands, others, isMarking) {
  const entry = (kind, text) =>
    make("li", {}, make("span", { className: `swatch ${kind}`, aria: { hidden: "true" } }), text);
  const levels = bands
    .map(({ level }) => `${level}%`)
    .reverse()
    .join(" and ");
  return [
    entry("history", "history"),
    entry("mean", name),
    ...(bands.length ? [entry("band", `${levels} intervals`)] : []),
    ...others.map(({ kind, text }) => entry(kind, text)),
    ...(isMarking ? [entry("unexpected", "not expected")] : []),
  ];
}

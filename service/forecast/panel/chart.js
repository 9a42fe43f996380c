// History, forecast and intervals over time, with a tooltip that follows the mouse, a finger or the arrow keys.

import { make } from "../../dom.js";
import uPlot from "../../vendor/uplot/uplot.js";

const HEIGHT = 390;
const NARROW = 560;
const FEW = 12;
const RIGHT = 24; // room for half of a label at the end of the axis
const LEFT = 32; // that the other axis takes at least: the plot is not laid out yet when labels are made
const YEARS = 3 * 365 * 86_400;
const LETTER = 6.6; // width of one, about
const DASHES = { naive: [2, 4], other: [9, 4] }; // of other forecasts, as the swatches of the legend have them

/**
 * What a chart shows.
 * @typedef {object} Shown
 * @property {number[]} x where the steps are: seconds, or the number of the step
 * @property {boolean} dated whether these are seconds
 * @property {number} steps how many of them are history; the rest is forecast
 * @property {(number|null)[]} history
 * @property {number[]} mean
 * @property {{level: string, lower: number[], upper: number[]}[]} bands the widest first
 * @property {{kind: string, values: number[]}[]} lines other forecasts, in the colour --KIND
 * @property {number} first the first step to be seen
 * @property {(place: number) => string[]} told the lines of the tooltip of a step
 */

export class Chart {
  #element;
  #tip;
  #said;
  #plot = null;
  #shown = null;
  #marked = new Set();

  /**
   * @param element contains the chart and handles the keys
   * @param said a live region that repeats the tooltip for keyboard users
   */
  constructor(element, said) {
    this.#element = element;
    this.#said = said;
    this.#tip = make("div", { className: "tip", hidden: true, aria: { hidden: "true" } });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("blur", () => this.#leave());
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(element);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown;
    this.#marked = new Set();
    this.redraw();
  }

  /** Mark values of the history by their places. */
  mark(places) {
    this.#marked = new Set(places);
    this.redraw();
  }

  /** Draw again in the current colours. */
  redraw() {
    if (this.#shown === null) return;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(), this.#data(), this.#element);
    this.#plot.over.append(this.#tip);
  }

  /** The forecast's lines begin at the end of the history, so that they connect. */
  #data() {
    const { x, steps, history, mean, bands, lines } = this.#shown;
    const from = history.findLastIndex((value) => value !== null);
    const ahead = (values) =>
      x.map((_, place) =>
        place === from ? history[from] : place >= steps ? values[place - steps] : place > from ? undefined : null,
      );
    return [
      x,
      x.map((_, place) => history[place] ?? null),
      ...bands.flatMap(({ lower, upper }) => [ahead(upper), ahead(lower)]),
      ...lines.map(({ values }) => ahead(values)),
      ahead(mean),
      x.map((_, place) => (this.#marked.has(place) ? history[place] : null)),
    ];
  }

  #options() {
    const { x, dated, steps, mean, bands, lines, first } = this.#shown;
    const style = getComputedStyle(this.#element);
    const colour = (name) => {
      this.#element.style.color = `var(${name})`; // a canvas knows no variables
      return style.color;
    };
    const line = colour("--line");
    const hasNoPoint = (series) => series > 1 && series !== 2 + 2 * bands.length + lines.length;
    const font = `12px ${style.fontFamily}`;
    const axis = {
      stroke: colour("--soft"),
      font,
      ticks: { show: false },
      grid: { stroke: colour("--grid"), width: 1 },
    };
    return {
      ...this.#size(),
      legend: { show: false },
      padding: [12, RIGHT, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { time: dated, range: (_, low, high) => [low, high], min: x[first], max: x.at(-1) } },
      axes: [
        {
          ...axis,
          space: (_, axis, low, high) => (dated && high - low > YEARS ? 44 : 80), // labels of years are short
          size: 34,
          grid: { show: false },
          values: (plot, splits, axis, space, apart) =>
            whole(plot, splits, splits.map(dated ? dateLabel(apart) : stepLabel)),
        },
        { ...axis, size: (_, values) => 18 + 7.2 * Math.max(2, ...(values ?? []).map((text) => String(text).length)) },
      ],
      series: [
        {},
        {
          stroke: colour("--history"),
          width: 1.75,
          points: { show: true, size: 4, fill: colour("--history"), filter: alone },
        },
        ...bands.flatMap(() => [{ points: { show: false } }, { points: { show: false } }]),
        ...lines.map(({ kind }) => ({
          stroke: colour(`--${kind}`),
          width: 1.75,
          dash: DASHES[kind],
          spanGaps: true,
          points: { show: mean.length === 1, size: 6, stroke: colour(`--${kind}`) },
        })),
        {
          stroke: colour("--accent"),
          width: 2.25,
          spanGaps: true,
          points: { show: mean.length <= FEW, size: 6, fill: colour("--surface"), stroke: colour("--accent") },
        },
        { paths: () => null, points: { show: true, size: 10, width: 2, fill: "transparent", stroke: colour("--error") } },
      ],
      bands: bands.map((_, place) => ({ series: [2 + 2 * place, 3 + 2 * place], fill: colour("--band") })),
      cursor: {
        y: false,
        points: { size: 9, width: 2 },
        drag: { setScale: true, x: true, y: false },
        dataIdx: (_, series, place) => (hasNoPoint(series) ? null : place), // bounds of intervals, other forecasts, and marks
      },
      hooks: { setCursor: [(plot) => this.#point(plot)], drawAxes: [(plot) => this.#now(plot, line)] },
    };
  }

  #size() {
    const width = this.#element.clientWidth;
    return { width, height: width < NARROW ? HEIGHT * 0.68 : HEIGHT };
  }

  /** A line where the history ends. */
  #now(plot, colour) {
    const { x, steps } = this.#shown;
    const { top, height } = plot.bbox;
    const at = Math.round(plot.valToPos(x[steps - 1], "x", true)) + 0.5;
    plot.ctx.save();
    plot.ctx.strokeStyle = colour;
    plot.ctx.lineWidth = devicePixelRatio;
    plot.ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    plot.ctx.beginPath();
    plot.ctx.moveTo(at, top);
    plot.ctx.lineTo(at, top + height);
    plot.ctx.stroke();
    plot.ctx.restore();
  }

  #point({ cursor, over }) {
    const { idx: place, left } = cursor;
    this.#tip.hidden = place === null || place === undefined || left < 0;
    if (this.#tip.hidden) return;
    const [head, ...lines] = this.#shown.told(place);
    this.#tip.replaceChildren(make("strong", {}, head), ...lines.map((line) => make("span", {}, line)));
    const free = over.clientWidth - this.#tip.offsetWidth;
    const beside = left > over.clientWidth / 2 ? left - this.#tip.offsetWidth - 14 : left + 14;
    this.#tip.style.transform = `translate(${Math.max(0, Math.min(free, beside))}px, 8px)`;
  }

  #key(event) {
    const { x, steps, first } = this.#shown ?? {};
    if (!this.#plot || x === undefined) return;
    const last = x.length - 1;
    const now = this.#plot.cursor.idx ?? steps - 1;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: first, End: last }[event.key];
    if (event.key === "Escape") this.#leave();
    if (to === undefined) return;
    event.preventDefault();
    const place = Math.max(first, Math.min(last, to));
    const left = this.#plot.valToPos(x[place], "x");
    this.#plot.setCursor({ left: Math.min(left, this.#plot.over.clientWidth - 0.01), top: 0 });
    this.#said.textContent = this.#shown.told(place).join(", ");
  }

  #leave() {
    this.#plot?.setCursor({ left: -10, top: -10 });
  }
}

/** Single values between gaps, which a line cannot show. */
function alone({ data }, series) {
  const values = data[series];
  const isGap = (place) => values[place] === null || values[place] === undefined;
  return values.flatMap((_, place) => (!isGap(place) && isGap(place - 1) && isGap(place + 1) ? [place] : []));
}

const stepLabel = (step) => (Number.isInteger(step) ? step : "");

/** The labels of an axis, without those that would be cut off at its ends. */
function whole({ width, scales: { x } }, splits, labels) {
  const along = (split) => ((split - x.min) / (x.max - x.min)) * (width - LEFT - RIGHT);
  const room = (split) => Math.min(along(split) + LEFT, along(x.max) - along(split) + RIGHT);
  return labels.map((label, place) => ((String(label).length * LETTER) / 2 > room(splits[place]) ? "" : label));
}

/** The part of a date that distinguishes labels with this distance in seconds. */
function dateLabel(apart) {
  const days = apart / 86_400;
  const parts =
    days >= 365
      ? { year: "numeric" }
      : days >= 28
        ? { month: "short", year: "numeric" }
        : { day: "numeric", month: "short", ...(days < 1 && { hour: "2-digit", minute: "2-digit" }) };
  const format = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" });
  return (seconds) => format.format(seconds * 1000);
}

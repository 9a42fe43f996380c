// The steps of a series: which are sent, their places on the axis, and their names.

import { counted } from "../../dom.js";

const MOST_SENT = 4096; // to a model that looks at whatever it is sent
const ZONED = /(Z|[+-]\d{2}:\d{2})(\[.*\])?$/;

/** The first step to send: the model's window, and earlier steps if the window begins with a gap. */
export function firstSent(values, wanted) {
  let from = Math.max(0, values.length - (wanted ?? MOST_SENT));
  while (from > 0 && [values[from]].flat().includes(null)) from -= 1;
  return from;
}

/** A summary of the table and of the series that is shown, in one line. */
export function told({ item, times }, target, size, notes) {
  const { values, frequency } = item;
  const gaps = values.flat().filter((value) => value === null).length;
  const last = times?.[values.length - 1];
  const span = times ? `, ${written(times[0])} to ${written(last)}${frequency ? ` (${frequency})` : ""}` : "";
  return [
    `${counted(values.length, "step")} of ${target}${span}`,
    size > 1 ? `one of ${size.toLocaleString("en")} series` : null,
    gaps ? counted(gaps, "gap") : null,
    ...notes,
  ]
    .filter(Boolean)
    .join("; ");
}

/**
 * The places of the steps on the axis, and their names.
 * @param times of the steps, or null; those ahead may be missing
 */
export function axis(times, steps, horizon) {
  if (times === null || times.length < steps + horizon) {
    const x = Array.from({ length: steps + horizon }, (_, place) => place - steps + 1);
    const name = (step, place) => times?.[place] ?? (step > 0 ? `step +${step}` : `step ${step}`);
    return { x, names: x.map(name).map(written), dated: false };
  }
  const all = times.slice(0, steps + horizon);
  const shift = shownAhead(all[0]);
  return { x: all.map((time) => seconds(time) + shift), names: all.map(written), dated: true };
}

/** A time for display. */
const written = (time) => time.replace("T", " ").replace(/^(.{16}):00(?!\d)/, "$1");

/** Seconds since 1970, of a time in its zone; without a zone as if it were UTC. */
function seconds(time) {
  const zone = time.match(ZONED)?.[1];
  const clock = time.replace(ZONED, "");
  return Date.parse(`${clock.includes("T") ? clock : `${clock}T00:00:00`}${zone ?? "Z"}`) / 1000;
}

/** Seconds to add so that the axis shows what the clocks of the first step's zone show. */
function shownAhead(time) {
  const clock = time.replace(ZONED, "");
  return clock === time ? 0 : seconds(clock) - seconds(time);
}

/** The decimals with which the largest value has five digits. */
export function shownDigits(values) {
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value ?? 0)), 1e-9);
  return Math.max(0, Math.min(8, 4 - Math.floor(Math.log10(size))));
}

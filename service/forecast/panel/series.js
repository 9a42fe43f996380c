// The steps of a series: which are sent, their places on the axis, and their names.

import { counted } from "../../dom.js";
import { usualStep, written } from "./dates.js";

/** The first step to send: the model's window, and earlier steps if the window begins with a gap. */
export function firstSent(columns, steps, window) {
  let from = Math.max(0, steps - window);
  while (from > 0 && columns.some((column) => column.values[from] === null)) from -= 1;
  return from;
}

/** A summary of the table in one line. */
export function told({ times, frequency, notes }, columns) {
  const gaps = columns.flatMap((column) => column.values).filter((value) => value === null).length;
  const rows = counted(columns[0].values.length, "step");
  const span = times
    ? `, ${written(times[0])} to ${written(times.at(-1))}${frequency ? ` (${frequency.alias})` : ""}`
    : "";
  return [
    `${rows} of ${columns.map(({ name }) => name).join(", ")}${span}`,
    gaps ? counted(gaps, "gap") : null,
    ...notes,
  ]
    .filter(Boolean)
    .join("; ");
}

/** The places of the steps on the axis, and their names. */
export function axis(times, ahead, steps, horizon) {
  if (times === null) {
    const x = Array.from({ length: steps + horizon }, (_, place) => place - steps + 1);
    return { x, names: x.map((step) => (step > 0 ? `step +${step}` : `step ${step}`)) };
  }
  const [step] = usualStep(times);
  const following = ahead
    ? ahead.map((time) => Date.parse(time.includes("T") ? `${time}Z` : time))
    : Array.from({ length: horizon }, (_, place) => times.at(-1) + (place + 1) * step);
  const all = [...times, ...following];
  return { x: all.map((time) => time / 1000), names: all.map(written) };
}

/** The decimals with which the largest value has five digits. */
export function shownDigits(values) {
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value ?? 0)), 1e-9);
  return Math.max(0, Math.min(8, 4 - Math.floor(Math.log10(size))));
}

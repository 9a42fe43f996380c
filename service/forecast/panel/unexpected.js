// Values of the past that lie outside the interval that was forecast for them from the values before.

import { post } from "../../api.js";
import { counted } from "../../dom.js";

const MOST = 200; // values that are looked at, the last ones
const FEWEST_BEFORE = 16; // for a model that takes any length
const MOST_NAMED = 5;

/**
 * Ask which values were not expected.
 * @param item the series as the service takes it, with all of its history
 * @param asked the model and the version
 * @param signature of the model
 * @returns the level, how many values were looked at, and for each that was not expected its place and its interval;
 *   null if the history is too short
 */
export async function unexpected(item, asked, { window, min_values: fewest, levels }, signal) {
  const level = levels.at(-1);
  const before = window ?? Math.max(fewest, FEWEST_BEFORE);
  const last = Math.min(MOST, item.values.length - before);
  if (last < 1 || level === undefined) return null;
  const { results } = await post("forecast/anomalies", { ...asked, series: [item], level, last }, signal);
  const [{ first, anomaly, lower, upper, error }] = results;
  if (error) return { level, looked: 0, found: [], error: error.message };
  const found = anomaly.flatMap((is, place) => (is ? [{ place: first + place, lower: lower[place], upper: upper[place] }] : []));
  return { level, looked: anomaly.length, found };
}

/** What was found, in a sentence. */
export function saying({ level, looked, found }, names) {
  const of = `the last ${counted(looked, "value")} ${found.length === 1 ? "lies" : "lie"} outside the ${level}% interval`;
  const named = found.slice(-MOST_NAMED).map(({ place }) => names[place]);
  const more = found.length > MOST_NAMED ? " and earlier" : "";
  const where = found.length ? `: ${named.join(", ")}${more}` : "";
  return `${found.length || "None"} of ${of} that was forecast for ${looked === 1 ? "it" : "them"}${where}.`;
}

// A table as people paste it: with or without a header, any usual delimiter, dates in a column or none.

import { Failure } from "./api.js";
import { isGap, numbers } from "./cells.js";
import * as dates from "./dates.js";
import { counted } from "./dom.js";

const DELIMITERS = [",", ";", "\t", "|"];
const MOST_GAPS = 10;

const unusable = (detail) => new Failure("These are no numbers to forecast", detail);

/**
 * The columns of numbers, oldest row first; a gap is null.
 * @returns {{columns: {name: string, values: (number|null)[]}[], times: number[]|null, frequency, notes: string[]}}
 */
export function read(text) {
  const { header, rows, delimiter } = parse(text);
  if (!rows.length) throw unusable(header ? "There is a header, and no row below it." : "There is nothing in it.");
  const cells = header.map((_, place) => rows.map((row) => row[place] ?? ""));
  const dated = dateColumn(header, cells);
  const comma = delimiter === ";";
  const all = header.map((name, place) => ({ name, cells: cells[place], values: numbers(cells[place], comma), place }));
  const columns = all.filter(({ place, values }) => place !== dated?.place && mostly(values));
  if (!columns.length)
    throw unusable("No column of it holds numbers. Put one number a line, or a table with a column of numbers.");
  columns.forEach(check);
  return inOrder(columns, dated?.times ?? null);
}

/** The text of a file, in the encodings that spreadsheets write. */
export function decoded(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function parse(text) {
  const lines = text.replace(/^\ufeff/, "").trim();
  if (lines.includes("\0")) throw unusable("This is a binary file. Save it as CSV.");
  const first = lines.split("\n", 1)[0];
  const best = DELIMITERS.reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
  let rows = split(lines, first.includes(best) ? best : null);
  if (rows.length === 1) rows = (first.includes(best) ? rows[0] : first.split(/\s+/)).map((cell) => [cell]); // a series in a line
  rows = rows.filter((row) => row.length > 1 || row[0].trim() !== "");
  const named = rows.length > 0 && rows[0].some(isName);
  const widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const names = named ? rows.shift() : [];
  const header = Array.from(
    { length: widest },
    (_, place) => names[place]?.trim() || (widest === 1 ? "value" : `column ${place + 1}`),
  );
  return { header, rows, delimiter: best };
}

/** Rows of cells, RFC 4180; a quoted cell may hold the delimiter, line breaks and doubled quotes. */
function split(text, delimiter) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const end = () => (rows.at(-1).push(cell), (cell = ""));
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[place + 1] === '"') ((cell += sign), (place += 1));
      else quoted = false;
    } else if (sign === '"' && cell.trim() === "") ((quoted = true), (cell = ""));
    else if (sign === delimiter) end();
    else if (sign === "\n") (end(), rows.push([]));
    else if (sign !== "\r") cell += sign;
  }
  end();
  return rows;
}

const isName = (cell) =>
  !isGap(cell) && Number.isNaN(numbers([cell], false)[0]) && Number.isNaN(dates.parse([cell])[0]);

const mostly = (values) => {
  const present = values.filter((value) => value !== null);
  return present.length > 0 && present.filter(Number.isFinite).length > present.length / 2;
};

/** The one that is named like a date and mostly holds dates, or else the first of nothing but dates that are no numbers. */
function dateColumn(header, cells) {
  const read = (place) => ({ place, times: dates.parse(cells[place]) });
  const share = ({ times }) => times.filter(Number.isFinite).length / times.length;
  const places = header.map((_, place) => place);
  const named = places
    .filter((place) => dates.isNamed(header[place]))
    .map(read)
    .find((found) => share(found) > 0.5);
  const written = places.filter((place) => numbers(cells[place], false).some(Number.isNaN));
  return named ?? written.map(read).find((found) => share(found) === 1) ?? null;
}

function check({ name, values, cells }) {
  const wrong = values.findIndex((value) => Number.isNaN(value));
  if (wrong === -1) return;
  throw unusable(
    `“${cells[wrong].slice(0, 40)}” in row ${wrong + 1} of ${name} is no number. Mend it, or leave the cell empty for a gap.`,
  );
}

/** One row a date, oldest first, and the missing steps of a regular series as gaps. */
function inOrder(columns, found) {
  const notes = [];
  let places = columns[0].values.map((_, place) => place);
  let times = null;
  let frequency = null;
  if (found) {
    const last = new Map(places.filter((place) => !Number.isNaN(found[place])).map((place) => [found[place], place]));
    times = [...last.keys()].sort((a, b) => a - b);
    places = times.map((time) => last.get(time));
    const dropped = columns[0].values.length - places.length;
    if (dropped) notes.push(`${counted(dropped, "row")} without a date of its own left out`);
    if (places.some((place, index) => index > 0 && place < places[index - 1])) notes.push("rows sorted by date");
    frequency = dates.frequency(times);
    if (!frequency) notes.push("steps too irregular, or too few, for dates ahead");
    const added = complete(times, frequency);
    if (added) {
      const at = new Map(times.map((time, index) => [time, places[index]]));
      notes.push(`${counted(added.length - times.length, "missing step")} put in as gaps`);
      times = added;
      places = times.map((time) => at.get(time));
    }
  }
  const picked = columns.map(({ name, values }) => ({ name, values: places.map((place) => values[place] ?? null) }));
  return { columns: picked, times, frequency, notes };
}

/** All steps from the first to the last; null if none is missing, or too many are, or some date lies between two. */
function complete(times, frequency) {
  const step = frequency?.fixed;
  if (!step) return null;
  const count = (times.at(-1) - times[0]) / step + 1;
  const even = times.every((time) => (time - times[0]) % step === 0);
  if (!even || count === times.length || count > MOST_GAPS * times.length) return null;
  return Array.from({ length: count }, (_, place) => times[0] + place * step);
}

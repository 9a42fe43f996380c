// Parses pasted tables: with or without a header, with any usual delimiter, with or without a column of dates.

import { Failure } from "../../api.js";
import { counted } from "../../dom.js";
import { countRows, isGap, numbers } from "./cells.js";
import * as dates from "./dates.js";

const DELIMITERS = [",", ";", "\t", "|"];
const MOST_GAPS = 10;

const NO_NUMBERS =
  "No column of it holds numbers. Put one number a line, or a table with commas, semicolons, tabs or bars in its rows.";

const unusable = (detail) => new Failure("These are no numbers to forecast", detail);

/**
 * The columns of numbers, oldest row first; a gap is null. What is `aside` names or counts the rows, as it seems.
 * @returns {{columns: {name: string, aside: boolean, values: (number|null)[]}[], times: number[]|null, frequency,
 *   notes: string[]}}
 */
export function read(text) {
  const { header, rows, delimiter, notes } = parse(text);
  if (!rows.length) throw unusable(header ? "There is a header, and no row below it." : "There is nothing in it.");
  const cells = header.map((_, place) => rows.map((row) => row[place] ?? ""));
  const dated = dateColumn(header, cells);
  const comma = delimiter === ";";
  const all = cells.map((_, place) => column(header, cells[place], comma, place));
  const columns = all.filter(({ place, values }) => place !== dated?.place && mostly(values));
  if (!columns.length) throw unusable(NO_NUMBERS);
  columns.forEach(check);
  if (!dated) notes.push(...undated(all));
  return inOrder(columns, dated?.times ?? null, notes);
}

/** The error for rows whose order is unclear. */
function undated(columns) {
  if (columns.length < 2) return [];
  const text = ({ values }) => values.some(Number.isNaN) && !mostly(values);
  const found = columns.find(({ name }) => dates.isNamed(name)) ?? columns.find(text);
  return found ? [`column ${found.name} could not be read as dates: rows are taken as oldest first`] : [];
}

function column(header, cells, comma, place) {
  const values = numbers(cells, comma);
  const name = header[place] || (header.length === 1 ? "value" : `column ${place + 1}`);
  const isUnnamed = header[place] === "" && header.some(Boolean); // as the index of a data frame
  return { name, cells, values, place, aside: isUnnamed || dates.isNamed(name) || countRows(values) };
}

/** Decode a file in one of the encodings that spreadsheets write. */
export function decoded(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function parse(text) {
  const lines = text.replace(/^\ufeff?(?:\s*\n)?/, "").trimEnd(); // it may begin with a tab
  if (lines.includes("\0")) throw unusable("This is a binary file. Save it as CSV.");
  const [, told, rest] = lines.match(/^sep=([,;\t|])\r?\n([^]*)$/i) ?? [null, null, lines];
  const first = rest.split("\n", 1)[0];
  const best = told ?? DELIMITERS.reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
  let rows = split(rest, first.includes(best) ? best : null);
  if (rows.length === 1) rows = inALine(first.includes(best) ? rows[0] : first.trim().split(/\s+/));
  rows = rows.filter((row) => row.length > 1 || row[0].trim() !== "");
  const named = rows.length > 0 && rows[0].some(isName);
  const names = named ? rows.shift() : null;
  const whole = !named && best === "," && !rest.includes('"') ? wholeRows(rows) : null;
  rows = whole ?? rows;
  const widest = rows.reduce((most, row) => Math.max(most, row.length), names?.length ?? 0);
  const header = Array.from({ length: widest }, (_, place) => names?.[place]?.trim() ?? "");
  const notes = whole ? ["the comma in a row is taken as part of its number; put names above two columns"] : [];
  return { header, rows, delimiter: best, notes };
}

const inALine = (series) => series.map((cell) => [cell]);

/** Rows of one number each, where commas are not delimiters; null if a row has several. */
function wholeRows(rows) {
  if (!rows.some((row) => row.length === 2) || rows.some((row) => row.length > 2 || row.at(-1).trim() === ""))
    return null;
  if (countRows(rows.map(([cell]) => numbers([cell], false)[0]))) return null;
  const joined = rows.map((row) => row.join(","));
  return numbers(joined, false).some(Number.isNaN) ? null : joined.map((cell) => [cell]);
}

/** Split into rows of cells (RFC 4180); a quoted cell may contain delimiters, line breaks and doubled quotes. */
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

/** The column named like a date with mostly dates, or else the first with only dates that are not numbers. */
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

/** One row per date, oldest first; missing steps of a regular series become gaps. */
function inOrder(columns, found, notes) {
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
  const picked = columns.map(({ name, aside, values }) => ({
    name,
    aside,
    values: places.map((place) => values[place] ?? null),
  }));
  return { columns: picked, times, frequency, notes };
}

/** All steps from first to last; null if none or too many are missing, or a date lies between two steps. */
function complete(times, frequency) {
  const step = frequency?.fixed;
  if (!step) return null;
  const count = (times.at(-1) - times[0]) / step + 1;
  const even = times.every((time) => (time - times[0]) % step === 0);
  if (!even || count === times.length || count > MOST_GAPS * times.length) return null;
  return Array.from({ length: count }, (_, place) => times[0] + place * step);
}

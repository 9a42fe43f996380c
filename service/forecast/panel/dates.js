// Parses dates to milliseconds in UTC, and finds the frequency of a series.

const DAY = 86_400_000;
const NAMED = /^(date|datum|time|datetime|timestamp|ds|day|week|month|quarter|year|period)s?$/i;
const CLOCK = /(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AP])M)?/.source;
const TIME = `(?:[T\\s]+${CLOCK}\\s*(Z|UTC|[+-]\\d{2}:?\\d{2})?)?$`;
const YEAR_FIRST = new RegExp(`^(\\d{4})[-/.](\\d{1,2})(?:[-/.](\\d{1,2}))?${TIME}`, "i");
// two-digit years only with slashes or dots: 17-01-31 is ambiguous
const YEAR_LAST = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4}|(?<=[/.])\\d{2})${TIME}`, "i");
const QUARTER = /^(?:(\d{4})[-/ ]?Q([1-4])|Q([1-4])[-/ ]?(\d{4}))$/i;
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

export const isNamed = (name) => NAMED.test(name.trim());

/** The dates of a column, NaN for other cells; day and month in the order that puts the rows closest together. */
export function parse(cells) {
  const readings = [true, false].map((monthFirst) => cells.map((cell) => date(cell.trim(), monthFirst)));
  const [first, second] = readings.map((times) => [unread(times), apart(times)]);
  return second[0] < first[0] || (second[0] === first[0] && second[1] < first[1]) ? readings[1] : readings[0];
}

const unread = (times) => times.filter(Number.isNaN).length;
const known = (times) => times.filter((time) => !Number.isNaN(time));
const apart = (times) => steps(known(times)).reduce((sum, step) => sum + Math.abs(step), 0);

function date(text, monthFirst) {
  let parts = text.match(YEAR_FIRST);
  if (parts) return utc(parts[1], parts[2], parts[3] ?? 1, parts.slice(4));
  parts = text.match(YEAR_LAST);
  const swapped = monthFirst && !text.includes("."); // 31.1.2017 is written with the day first
  if (parts)
    return swapped
      ? utc(parts[3], parts[1], parts[2], parts.slice(4))
      : utc(parts[3], parts[2], parts[1], parts.slice(4));
  parts = text.match(QUARTER);
  if (parts) return utc(parts[1] ?? parts[4], (parts[2] ?? parts[3]) * 3 - 2, 1, []);
  if (/^(\d{10}|\d{13})$/.test(text)) return text * (text.length === 10 ? 1000 : 1); // Unix time
  parts = text.match(/^(\d{4})(\d{2})?(\d{2})?$/);
  if (parts) return utc(parts[1], parts[2] ?? 1, parts[3] ?? 1, []);
  return /[a-z]{3}.*\d{4}/i.test(text) ? Date.parse(`${text} UTC`) : NaN; // 3 Jan 2017
}

function utc(year, month, day, [hour = 0, minute = 0, second = 0, half, zone = ""]) {
  const hours = half ? (hour % 12) + (half.toUpperCase() === "P" ? 12 : 0) : hour;
  const time = Date.UTC(fullYear(year), month - 1, day, hours, minute, second);
  const shown = new Date(time);
  if (shown.getUTCMonth() !== month - 1 || shown.getUTCDate() !== Number(day)) return NaN; // 30 February
  const offset = zone.match(/([+-])(\d{2}):?(\d{2})/);
  return offset ? time - Number(`${offset[1]}1`) * (offset[2] * 60 + Number(offset[3])) * 60_000 : time;
}

/** Two-digit years are 1969 to 2068. */
const fullYear = (year) => (year.length > 2 ? year : Number(year) + (year < 69 ? 2000 : 1900));

const steps = (times) => times.slice(1).map((time, place) => time - times[place]);

/** The most frequent step. */
export function usualStep(times) {
  const counts = new Map();
  for (const step of steps(times)) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts].reduce((best, found) => (found[1] > best[1] ? found : best), [DAY, 0]);
}

/**
 * The pandas offset alias that fits most steps of times in order, and how to go back by it; null if they are irregular.
 * `fixed` is its length where that is always the same.
 */
export function frequency(times) {
  if (times.length < 3) return null;
  const [step, count] = usualStep(times);
  if (step >= 28 * DAY) return calendar(times, step / DAY);
  if (count < (times.length - 1) / 2) return null;
  const weekend = times.filter((time) => [0, 6].includes(new Date(time).getUTCDay())).length / times.length;
  if (step === DAY && weekend <= 0.1) return { alias: "B", back: businessDaysBefore };
  return { alias: fixedAlias(step, times.at(-1)), fixed: step, back: (time, count) => time - count * step };
}

function fixedAlias(step, last) {
  if (step === 7 * DAY) return `W-${DAYS[new Date(last).getUTCDay()]}`;
  const [unit, length] = [
    ["D", DAY],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ].find(([, length]) => step % length === 0);
  return step === length ? unit : `${step / length}${unit}`;
}

function calendar(times, days) {
  const dates = times.map((time) => new Date(time));
  const starts = dates.every((date) => date.getUTCDate() === 1);
  const ends = dates.every((date) => new Date(date.getTime() + DAY).getUTCDate() === 1);
  const [letter, months] = days <= 31 ? ["M", 1] : days <= 92 ? ["Q", 3] : [365, 366].includes(days) ? ["Y", 12] : [];
  if (!letter || (!starts && !ends)) return null;
  const month = months > 1 ? `-${MONTHS[dates.at(-1).getUTCMonth()]}` : "";
  const back = (time, count) => {
    const date = new Date(time);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - count * months + (starts ? 0 : 1), starts ? 1 : 0);
  };
  return { alias: `${letter}${starts ? "S" : "E"}${month}`, back };
}

function businessDaysBefore(time, count) {
  let found = time;
  for (let left = count; left > 0;) {
    found -= DAY;
    if (![0, 6].includes(new Date(found).getUTCDay())) left -= 1;
  }
  return found;
}

/** ISO 8601: a date if the time is midnight. */
export function iso(time) {
  return new Date(time).toISOString().slice(0, time % DAY === 0 ? 10 : 19);
}

/** The same for display. */
export const written = (time) => iso(time).replace("T", " ").replace(/:00$/, "");

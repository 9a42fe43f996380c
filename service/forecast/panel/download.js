// Forecasts of many series, a few at a time, and as a CSV file in long format.

const AT_ONCE = 100; // series in a request

/**
 * Forecast series.
 * @param items one after the other, as the service takes them
 * @param ask sends some and resolves to their forecasts
 * @param told is called with how many are done
 */
export async function forecastAll(items, ask, told) {
  const found = [];
  let some = [];
  const send = async () => {
    found.push(...(await ask(some)));
    some = [];
    told(found.length);
  };
  for (const item of items) if (some.push(item) === AT_ONCE) await send();
  if (some.length) await send();
  return found;
}

/**
 * Rows `unique_id, ds, mean, lo-80, hi-80, ...`, the names that statsforecast and its kin use.
 * @param steps how many values each series has; without timestamps, `ds` counts on from them
 */
export function asCsv(forecasts, levels, steps) {
  const head = ["unique_id", "ds", "mean", ...levels.flatMap((level) => [`lo-${level}`, `hi-${level}`])];
  const rows = forecasts.flatMap(({ id, mean, timestamps, intervals, error }, place) =>
    error
      ? []
      : mean.map((value, step) => [
          id,
          timestamps?.[step] ?? steps[place] + step + 1,
          value,
          ...levels.flatMap((level) => [intervals[level].lower[step], intervals[level].upper[step]]),
        ]),
  );
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

const cell = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);

/** Let the browser save a text. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

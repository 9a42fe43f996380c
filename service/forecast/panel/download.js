// Forecasts of many series, a few at a time, and as rows in long format.

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
 * Rows `unique_id, ds, mean, lo-80, hi-80, ...`, the names that statsforecast and its kin use, below their names.
 * @param steps how many values each series has; without timestamps, `ds` counts on from them
 * @param more columns, by name: for each series a value for each step
 */
export function longRows(forecasts, levels, steps, more = {}) {
  const bounds = levels.flatMap((level) => [`lo-${level}`, `hi-${level}`]);
  const head = ["unique_id", "ds", "mean", ...bounds, ...Object.keys(more)];
  const rows = forecasts.flatMap(({ id, mean, timestamps, intervals, error }, place) =>
    error
      ? []
      : mean.map((value, step) => [
          id,
          timestamps?.[step] ?? steps[place] + step + 1,
          value,
          ...levels.flatMap((level) => [intervals[level].lower[step], intervals[level].upper[step]]),
          ...Object.values(more).map((lists) => lists[place][step]),
        ]),
  );
  return [head, ...rows];
}

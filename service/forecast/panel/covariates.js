// What a model takes beside the values of a series.

/** The covariates of a request, from the step on that its values begin with. */
export function sent({ values, known = {}, past = {}, static: fixed = {} }, from, horizon) {
  const steps = values.length;
  const slices = (lists, end) =>
    Object.fromEntries(Object.entries(lists).map(([name, found]) => [name, found.slice(from, end)]));
  const all = { known: slices(known, steps + horizon), past: slices(past, steps), static: fixed };
  return Object.fromEntries(Object.entries(all).filter(([, found]) => Object.keys(found).length));
}

/** A golden example as a table: a column for each feature and covariate, a row for each step, ahead too. */
export function asTable({ values, known = {}, past = {}, static: fixed = {} }, features) {
  const lists = [
    ...features.map((feature, place) => [feature, values.map((step) => [step].flat()[place])]),
    ...Object.entries(known),
    ...Object.entries(past),
  ];
  const steps = Math.max(...lists.map(([, list]) => list.length));
  const gap = lists.length > 1 || Object.keys(fixed).length ? "" : "NA";
  const text = (value) => value ?? gap;
  const rows = Array.from({ length: steps }, (_, step) => [
    ...lists.map(([, list]) => text(list[step])),
    ...Object.values(fixed).map(text),
  ]);
  return [[...lists.map(([name]) => name), ...Object.keys(fixed)], ...rows].map((row) => row.join(",")).join("\n");
}

/** A golden example with its gaps, which prove that a model fills them, closed by the step before. */
export function withoutGaps({ values, ...rest }) {
  const closed = [];
  for (const step of values) {
    const before = closed.at(-1) ?? step;
    closed.push(Array.isArray(step) ? step.map((value, place) => value ?? before[place]) : (step ?? before));
  }
  return { ...rest, values: closed };
}

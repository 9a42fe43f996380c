// Pictures of a sequence with the steps that its label rests on, as SVG.

const NAMESPACE = "http://www.w3.org/2000/svg";
const LINES = 4; // features that are drawn
const FAINT = 0.05;
const BAR = 8; // pixels of an image that the widest bar beside it takes

function shape(tag, attributes, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** An image (rows of levels), and beside each row a bar for how much the label rests on it. */
export function grid(rows, runs, label) {
  const [high, wide] = [rows.length, rows[0].length];
  const levels = rows.flat().filter((level) => level !== null);
  const [low, top] = [Math.min(...levels), Math.max(...levels)];
  const pixels = rows.flatMap((row, y) =>
    row.map((level, x) => {
      const share = level === null ? 0 : (level - low) / (top - low || 1);
      return share < FAINT ? null : shape("rect", { class: "pixel", x, y, width: 1.02, height: 1.02, opacity: share.toFixed(2) });
    }),
  );
  const heaviest = Math.max(...runs.map(({ importance }) => Math.abs(importance)), 1e-9);
  const bars = runs.map(({ start, end, importance }) =>
    shape("rect", {
      class: importance > 0 ? "for" : "against",
      x: wide + 1,
      y: start + 0.1,
      width: ((Math.abs(importance) / heaviest) * BAR).toFixed(2),
      height: end - start - 0.2,
    }),
  );
  const box = `0 0 ${wide + BAR + 2} ${high}`;
  return shape("svg", { viewBox: box, class: "grid", role: "img", "aria-label": label }, ...pixels.filter(Boolean), ...bars);
}

/** A series (T, D) as lines, on bands for how much the label rests on steps, or on marks where the label changes. */
export function series(values, runs, turns, label) {
  const [wide, high] = [600, 200];
  const x = (step) => (values.length > 1 ? (step / (values.length - 1)) * wide : wide / 2);
  const heaviest = Math.max(...runs.map(({ importance }) => Math.abs(importance)), 1e-9);
  const edge = (step) => Math.min(wide, Math.max(0, x(step - 0.5)));
  const bands = runs.map(({ start, end, importance }) =>
    shape("rect", {
      class: importance > 0 ? "for" : "against",
      x: edge(start).toFixed(1),
      y: 0,
      width: (edge(end) - edge(start)).toFixed(1),
      height: high,
      opacity: ((Math.abs(importance) / heaviest) * 0.45).toFixed(2),
    }),
  );
  const marks = turns.map((step) => shape("rect", { class: "turn", x: edge(step).toFixed(1), y: 0, width: 2, height: high }));
  const lines = values[0].slice(0, LINES).map((_, feature) => line(values.map((step) => step[feature]), x, high, feature));
  const box = `0 0 ${wide} ${high}`;
  const how = { viewBox: box, preserveAspectRatio: "none", role: "img", "aria-label": label };
  return shape("svg", how, ...bands, ...marks, ...lines);
}

function line(numbers, x, high, feature) {
  const known = numbers.filter((number) => number !== null);
  const [low, top] = [Math.min(...known), Math.max(...known)];
  const y = (number) => high - 10 - ((number - low) / (top - low || 1)) * (high - 20);
  const points = numbers.flatMap((number, step) => (number === null ? [] : [`${x(step).toFixed(1)},${y(number).toFixed(1)}`]));
  return shape("polyline", { class: "line", "data-line": feature, points: points.join(" ") });
}

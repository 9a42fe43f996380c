// Turns strokes into an image as those of MNIST are: 20 pixels high or wide, the centre of mass in the middle of 28.

const FINE = 4; // dots of the canvas for a pixel, which are averaged
const BOX = 20; // of 28 pixels, the larger side of what is drawn
const PEN = 2.4; // pixels, whatever the size of the drawing
const WHITE = 255;

/**
 * An image of strokes.
 * @param strokes lists of points {x, y} in any unit
 * @param size pixels each way
 * @returns rows of levels from 0 to 255, or null if nothing is drawn
 */
export function image(strokes, size) {
  const points = strokes.flat();
  if (!points.length) return null;
  const [left, right] = extent(points.map(({ x }) => x));
  const [top, bottom] = extent(points.map(({ y }) => y));
  const scale = ((BOX * size) / 28 - PEN) / Math.max(right - left, bottom - top, 1e-6);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const at = (shift) => rendered(strokes, (point) => placed(point, middle, Math.min(scale, 1e3), size, shift), size);
  const first = at({ x: 0, y: 0 });
  const mass = centre(first);
  return at({ x: (size - 1) / 2 - mass.x, y: (size - 1) / 2 - mass.y });
}

/** Draw strokes on a canvas as they are. */
export function paint(context, strokes, width, colour) {
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: colour });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0].x, stroke[0].y);
    for (const { x, y } of stroke) context.lineTo(x, y);
    context.stroke();
  }
}

const extent = (numbers) => [Math.min(...numbers), Math.max(...numbers)];

const placed = ({ x, y }, middle, scale, size, shift) => ({
  x: (size / 2 + (x - middle.x) * scale + shift.x) * FINE,
  y: (size / 2 + (y - middle.y) * scale + shift.y) * FINE,
});

function rendered(strokes, place, size) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * FINE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const moved = strokes.map((stroke) => stroke.map(place));
  paint(context, moved, PEN * FINE, "#fff");
  const { data } = context.getImageData(0, 0, size * FINE, size * FINE);
  const alpha = (row, column) => data[(row * size * FINE + column) * 4 + 3];
  return numbers(size).map((row) =>
    numbers(size).map((column) => {
      let sum = 0;
      for (let dot = 0; dot < FINE * FINE; dot += 1)
        sum += alpha(row * FINE + Math.floor(dot / FINE), column * FINE + (dot % FINE));
      return Math.min(WHITE, Math.round(sum / (FINE * FINE)));
    }),
  );
}

function centre(rows) {
  let [mass, x, y] = [1e-9, 0, 0];
  rows.forEach((row, top) =>
    row.forEach((level, left) => {
      mass += level;
      x += level * left;
      y += level * top;
    }),
  );
  return { x: x / mass, y: y / mass };
}

const numbers = (count) => Array.from({ length: count }, (_, index) => index);

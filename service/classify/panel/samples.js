// Digits to begin with, as strokes on a square of 100, drawn for this page.

const arc = (x, y, wide, high, from, to) =>
  Array.from({ length: 25 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / 24) * Math.PI) / 180;
    return { x: x + wide * Math.cos(angle), y: y + high * Math.sin(angle) };
  });
const line = (...places) => places.map(([x, y]) => ({ x, y }));

export const DIGITS = {
  2: [[...arc(50, 32, 22, 20, 190, 375), ...line([30, 80], [74, 80])]],
  3: [[...arc(48, 33, 20, 17, 210, 450), ...arc(48, 68, 23, 19, 270, 510)]],
  4: [line([42, 14], [26, 56], [76, 56]), line([62, 20], [60, 88])],
  7: [line([26, 20], [74, 20], [46, 86])],
};

// Reads the numbers of a table, a step a line, and says what it could not read.

const SPACES = /\s+/;

/**
 * The steps of a sequence.
 * @param text a step a line; cells are separated by semicolons, tabs, commas or blanks, and an empty one is a gap
 * @param width numbers of a step
 * @returns values: a list a step; and a note of what was skipped
 * @throws Error a line has another number of cells, or a cell is no number
 */
export function read(text, width) {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const filled = lines.filter(({ line }) => line !== "");
  const separator = [";", "\t", ","].find((mark) => filled.some(({ line }) => line.includes(mark))) ?? SPACES;
  const rows = filled.map(({ line, number }) => ({ cells: line.split(separator), number }));
  const isName = (cell) => cell.trim() !== "" && Number.isNaN(numberOf(cell, separator));
  const named = rows.length > 1 && rows[0].cells.every(isName);
  const steps = rows.slice(named ? 1 : 0).map(({ cells, number }) => step(cells, number, separator));
  const note = named ? "The first line is taken for names." : "";
  return { values: shaped(steps, width), note };
}

function step(cells, number, separator) {
  return cells.map((cell) => {
    if (cell.trim() === "" || /^(na|nan|null)$/i.test(cell.trim())) return null;
    const found = numberOf(cell, separator);
    if (!Number.isFinite(found)) throw new Error(`Line ${number}: "${cell.trim().slice(0, 40)}" is no number.`);
    return found;
  });
}

/** A number with a point, or with a comma where cells are not separated by commas. */
const numberOf = (cell, separator) => Number(separator === "," ? cell.trim() : cell.trim().replace(",", "."));

/** Of one number a step, a single line may hold all steps. */
function shaped(steps, width) {
  if (width === 1 && steps.length === 1) return steps[0].map((cell) => [cell]);
  steps.forEach((cells, index) => {
    if (cells.length !== width)
      throw new Error(`Step ${index + 1} has ${cells.length} numbers; this model takes ${width} a step.`);
  });
  return steps;
}

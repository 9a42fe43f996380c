// Parses the cells of a table: gaps, and numbers with signs, separators and decimal commas.
// The rules are those of seqserve/tabular/numbers.py.

const GAPS = new Set(["", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--", "?", "."]);

const SPACES = /[ \u00a0\u202f]/g;
const SPACED = /^[+-]?[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d*)?$/;
const FEWEST_COUNTED = 10;

export const isGap = (cell) => GAPS.has(cell.trim().toLowerCase());

/** The numbers of a column; null for a gap, NaN for a cell that is not a number. */
export function numbers(cells, decimalComma) {
  const texts = withoutSpaces(cells.map((cell) => (isGap(cell) ? "" : bare(cell))));
  const comma = hasDecimalComma(texts, decimalComma);
  return texts.map((text) =>
    text === ""
      ? null
      : number(
          comma
            ? text.replace(/\.(?=\d{3}(?:\D|$))/g, "").replace(",", ".")
            : text.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, ""),
        ),
  );
}

function bare(cell) {
  const text = cell.replace(/[$€£¥%']/g, "").replace("\u2212", "-").trim();
  return text.replace(/^\(\s*(.+?)\s*\)$/, "-$1").replace(/^([+-])\s+/, "$1"); // (1) is what accountants write for -1
}

/** Remove the spaces of `1 234 567`; any other space stays, so that the cell is not a number. */
function withoutSpaces(texts) {
  const firsts = texts.filter((text) => text !== "").map((text) => Number(text.match(/^\d+(?= )/)?.[0] ?? NaN));
  if (countRows(firsts)) return texts; // the number of each row, and its value beside it
  return texts.map((text) => (SPACED.test(text) ? text.replace(SPACES, "") : text));
}

/** Whether the numbers only count the rows. */
export const countRows = (values) =>
  values.length >= FEWEST_COUNTED &&
  (values[0] === 0 || values[0] === 1) &&
  values.every((value, place) => value === values[0] + place);

const number = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN);

/** Whether a column uses decimal commas, decided by a cell that is unambiguous. */
function hasDecimalComma(texts, otherwise) {
  const some = (pattern) => texts.some((text) => pattern.test(text));
  if (some(/,\d{3}[,.]/)) return false; // 1,234,567 or 1,234.5
  if (some(/\.\d{3}[,.]|^[+-]?0\d*,/)) return true; // 1.234,5 or 0,125
  if (some(/,\d{3}$/)) return otherwise && !some(/\./); // 1,250
  return some(/,/);
}

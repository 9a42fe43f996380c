// The cells of a table as people write them: gaps, and numbers with signs, separators and decimal commas.
// The same rules as those of training.

const GAPS = new Set(["", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--", "?", "."]);

export const isGap = (cell) => GAPS.has(cell.trim().toLowerCase());

/** The numbers of a column; null where there is none, NaN where a cell is no number. */
export function numbers(cells, decimalComma) {
  const texts = cells.map((cell) => (isGap(cell) ? "" : bare(cell)));
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
  const text = cell.replace(/[$€£¥%'\s]/g, "").replace("\u2212", "-");
  return text.replace(/^\((.+)\)$/, "-$1"); // as accountants write what is owed
}

const number = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN);

/** Whether a column writes `3,5` for three and a half, told by a cell that can be read in one way only. */
function hasDecimalComma(texts, otherwise) {
  const some = (pattern) => texts.some((text) => pattern.test(text));
  if (some(/,\d{3}[,.]/)) return false; // 1,234,567 or 1,234.5
  if (some(/\.\d{3}[,.]|^[+-]?0\d*,/)) return true; // 1.234,5 or 0,125
  if (some(/,\d{3}$/)) return otherwise && !some(/\./); // 1,250
  return some(/,/);
}

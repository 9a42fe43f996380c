// Rows of cells as text: for a file, and for the clipboard.

const quoted = (value, special) => {
  const text = String(value ?? "");
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows as a CSV file. */
export const asCsv = (rows) => rows.map((row) => `${row.map((cell) => quoted(cell, /[",\r\n]/)).join(",")}\r\n`).join("");

/** Rows with tabs between their cells, which spreadsheets paste into cells. */
export const asTabs = (rows) => rows.map((row) => row.map((cell) => quoted(cell, /["\t\r\n]/)).join("\t")).join("\n");

/** Let the browser save a text. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

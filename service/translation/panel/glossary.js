// Reads the terms of a glossary as they are typed.

/** Term to rendering; a line without a sign of equality keeps its term as it is. */
export function terms(text) {
  const rows = text
    .split("\n")
    .map((line) => line.split("=").map((side) => side.trim()))
    .filter(([term]) => term);
  return Object.fromEntries(rows.map(([term, ...rest]) => [term, rest.join("=") || term]));
}

// Creates elements without HTML strings, so that text from users and models stays text.

/** Create an element with properties, `data-` and `aria-` attributes and children. */
export function make(tag, { data = {}, aria = {}, role, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  Object.assign(element.dataset, data);
  if (role) element.setAttribute("role", role);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table with a header; the first cell of each row names it. */
export function table(caption, head, rows) {
  const cell = (text, place) => make(place === 0 ? "th" : "td", place === 0 ? { scope: "row" } : {}, text);
  return make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))),
  );
}

/** A small button. */
export function chip(text, onclick) {
  return make("button", { type: "button", className: "chip", onclick }, text);
}

export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Copy a text; pages over plain HTTP have no clipboard API and use `execCommand`. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = make("textarea", { value: text, className: "off-screen" });
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  before?.focus();
}

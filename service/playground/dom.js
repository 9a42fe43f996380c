// Creates elements without HTML strings, so that text from users and models stays text.

const SAID_FOR = 2000;

/** Create an element with properties, `data-` and `aria-` attributes and children. */
export function make(kind, { data = {}, aria = {}, role, ...properties } = {}, ...children) {
  const element = document.createElement(kind);
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

/** A small button that copies a text, and says so for a moment. */
export function copying(name, text, className = "") {
  const button = chip(name, async () => {
    await copy(text());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = name), SAID_FOR);
  });
  button.className = `chip ${className}`.trim();
  return button;
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

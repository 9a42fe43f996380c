// A panel is `panel.js`, `panel.html` and `panel.css` of service/<task>/panel, served under tasks/<task>.

import { make } from "./dom.js";

/**
 * Load the panel of a task.
 * @returns its task, tab, section and class, or null if the task has no panel
 */
export async function load(task) {
  const markup = await fetch(place(task, "panel.html"));
  if (markup.status === 404) return null;
  if (!markup.ok) throw new Error(`${markup.url} is answered with ${markup.status}`);
  const [{ title, Panel }, text] = await Promise.all([
    import(place(task, "panel.js")),
    markup.text(),
    styled(place(task, "panel.css")),
  ]);
  const tab = make(
    "button",
    { type: "button", role: "tab", id: `tab-${task}`, data: { task }, aria: { controls: `panel-${task}` } },
    title,
  );
  return { task, tab, section: filled(task, text), Panel };
}

const place = (task, file) => new URL(`tasks/${task}/${file}`, import.meta.url).href;

/** The section of a panel: the task's markup inside the template of all panels. */
function filled(task, text) {
  const section = document.getElementById("panel").content.firstElementChild.cloneNode(true);
  section.id = `panel-${task}`;
  section.setAttribute("aria-labelledby", `tab-${task}`);
  section.prepend(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  return section;
}

/** Add a style sheet and wait for it, so that the panel is never shown without it. */
function styled(href) {
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Error(`${href} cannot be loaded`));
    document.head.append(make("link", { rel: "stylesheet", href, onload: resolve, onerror }));
  });
}

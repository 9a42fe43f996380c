// Tabs after the WAI-ARIA pattern; the URL fragment names the open tab, so that it can be linked.

export class Tabs {
  #tabs;
  #opened;
  #current;

  /** @param opened is called with the task of the opened tab */
  constructor(tabs, opened) {
    this.#tabs = tabs;
    this.#opened = opened;
    for (const tab of tabs) {
      tab.addEventListener("click", () => this.#go(tab));
      tab.addEventListener("keydown", (event) => this.#key(event));
    }
    addEventListener("hashchange", () => this.open());
  }

  /** Open the tab that the URL names; if it names none, keep the open tab, or open the first at the start. */
  open() {
    const name = location.hash.slice(1);
    const wanted = this.#tabs.find((tab) => tab.dataset.task === name) ?? this.#current ?? this.#tabs[0];
    if (wanted === this.#current) return;
    this.#current = wanted;
    for (const tab of this.#tabs) {
      const chosen = tab === wanted;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
    }
    middle(wanted);
    this.#opened(wanted.dataset.task);
  }

  #go(tab) {
    history.replaceState(null, "", `#${tab.dataset.task}`);
    this.open();
    tab.focus();
  }

  #key(event) {
    const now = this.#tabs.indexOf(event.currentTarget);
    const last = this.#tabs.length - 1;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#go(this.#tabs.at(to > last ? 0 : to));
  }
}

/** Scroll the row of tabs, of which a narrow screen may not show all; `scrollIntoView` would also move the Tab key. */
function middle(tab) {
  const row = tab.parentElement;
  const [all, one] = [row, tab].map((element) => element.getBoundingClientRect());
  row.scrollLeft += one.left + one.width / 2 - all.left - all.width / 2;
}

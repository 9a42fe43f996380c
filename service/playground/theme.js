// Light or dark: the system's choice until the button is pressed.

const STORED = "seqserve-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function themed(button, changed) {
  const dark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const tell = () => {
    button.setAttribute("aria-pressed", String(dark()));
    changed();
  };
  const kept = remembered();
  if (kept) document.documentElement.dataset.theme = kept;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    remember(document.documentElement.dataset.theme);
    tell();
  });
  system.addEventListener("change", tell);
  tell();
}

function remembered() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // a browser that stores nothing
  }
}

function remember(theme) {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // it is forgotten when the page is left
  }
}

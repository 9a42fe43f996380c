// The command that asks the same from a terminal.

import { address, hasKey } from "./api.js";
import { copy, make } from "./dom.js";

const SAID_FOR = 2000;

/** A POSIX shell takes everything between single quotes as it is, but for single quotes. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A key is never shown: the shell puts in its own. */
export function command(path, body) {
  return [
    `curl ${quoted(address(path))}`,
    "-H 'Content-Type: application/json'",
    ...(hasKey() ? ['-H "X-API-Key: $SEQSERVE_API_KEY"'] : []),
    `-d ${quoted(written(body))}`,
  ].join(" \\\n  ");
}

/** JSON with an item a line, and room to breathe. */
function written(body) {
  return JSON.stringify(body).replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (found) =>
    found.length > 1 ? found : `${found} `,
  );
}

/** The part of a panel that shows the command. */
export class CurlView {
  #text = "";
  #code;
  #section;

  constructor(section) {
    this.#section = section;
    this.#code = section.querySelector("code");
    const button = section.querySelector("button");
    const name = button.textContent;
    button.addEventListener("click", async () => {
      await copy(this.#text);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = name), SAID_FOR);
    });
  }

  show(path, body) {
    this.#text = command(path, body);
    this.#code.replaceChildren(make("span", { className: "command" }, "curl"), this.#text.slice("curl".length));
    this.#section.hidden = false;
  }

  hide() {
    this.#section.hidden = true;
  }
}

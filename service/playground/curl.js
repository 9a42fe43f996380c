// The curl command for the request that the panel sends.

import { address, hasKey } from "./api.js";
import { copy, make } from "./dom.js";

const SAID_FOR = 2000;

/** Quote a text for a POSIX shell, which takes everything but single quotes literally. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The command; it never contains the key, but a shell variable. */
export function command(path, body) {
  return [
    `curl ${quoted(address(path))}`,
    "-H 'Content-Type: application/json'",
    ...(hasKey() ? ['-H "X-API-Key: $SEQSERVE_API_KEY"'] : []),
    `-d ${quoted(written(body))}`,
  ].join(" \\\n  ");
}

/** JSON with a space after each comma and colon. */
function written(body) {
  return JSON.stringify(body).replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (found) =>
    found.length > 1 ? found : `${found} `,
  );
}

/** The section of a panel with the command. */
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

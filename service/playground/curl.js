// The request that the panel sends, as a curl command and in Python.

import { address, hasKey } from "./api.js";
import { copying, make } from "./dom.js";

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

/** The same in Python, with the library httpx; the key is read from the environment. */
export function python(path, body) {
  const header = hasKey() ? ', headers={"X-API-Key": os.environ["SEQSERVE_API_KEY"]}' : "";
  return [
    ...(hasKey() ? ["import os", ""] : []),
    "import httpx",
    "",
    `body = ${literal(body)}`,
    `response = httpx.post(${JSON.stringify(address(path))}, json=body${header})`,
    "response.raise_for_status()",
    "print(response.json())",
  ].join("\n");
}

/** JSON with a space after each comma and colon. */
const written = (body) => outside(JSON.stringify(body), (found) => (/[,:]/.test(found) ? `${found} ` : found));

/** The same as Python writes it, whose strings may be JSON's. */
function literal(body) {
  const names = { true: "True", false: "False", null: "None" };
  return outside(written(body), (found) => names[found] ?? found);
}

/** JSON with what stands outside its strings written otherwise. */
function outside(json, write) {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]|true|false|null/g, (found) => (found[0] === '"' ? found : write(found)));
}

/** The section of a panel with the request in both forms, of which one is shown. */
export class CurlView {
  #forms = { curl: "", Python: "" };
  #shown = "curl";
  #code;
  #section;

  constructor(section) {
    this.#section = section;
    this.#code = section.querySelector("code");
    section.querySelector(".bar").append(copying("Copy", () => this.#forms[this.#shown]));
    section.querySelector("select").addEventListener("change", (event) => {
      this.#shown = event.target.value;
      this.#write();
    });
  }

  show(path, body) {
    this.#forms = { curl: command(path, body), Python: python(path, body) };
    this.#write();
    this.#section.hidden = false;
  }

  hide() {
    this.#section.hidden = true;
  }

  #write() {
    const text = this.#forms[this.#shown];
    const first = /^\w+/.exec(text)[0];
    this.#code.replaceChildren(make("span", { className: "command" }, first), text.slice(first.length));
  }
}

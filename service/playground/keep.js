// Buttons to take the values of an answer along: to the clipboard, or into a CSV file.

import { asCsv, asTabs, save } from "./csv.js";
import { copying, make } from "./dom.js";

export class Keep {
  #button;

  /**
   * @param place where the buttons are added
   * @param values gives the name of the file, without its ending, and the rows, the names of the columns first
   * @param write saves the file, for panels that have more than is shown
   */
  constructor(place, values, write = () => save(`${values().name}.csv`, asCsv(values().rows))) {
    this.#button = make("button", { type: "button", className: "chip", onclick: write }, "Download as CSV");
    place.append(
      copying("Copy values", () => asTabs(values().rows)),
      this.#button,
    );
  }

  /** Say what is saved, and whether it can be now. */
  tell(text, disabled = false) {
    Object.assign(this.#button, { textContent: text, disabled });
  }
}

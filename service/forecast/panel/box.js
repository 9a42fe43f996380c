// The box for a table: what is typed or pasted, a file that is opened or dropped, or a sample.

import { Failure } from "../../api.js";
import { ofFile, ofText } from "./file.js";

const LARGEST_FILE = 12_000_000; // which the service takes as it is set up usually
const MOST_EDITED = 500_000; // characters that the box holds; of a longer text it shows the beginning
const FIRST_SHOWN = 2_000;

export class Box {
  #input;
  #file = null; // what is read, where the box is not all of it, or was not typed
  #sample = null; // the text that was put into the box as a sample
  #turn = 0; // counts what was put into the box, so that what comes late is dropped
  #changed;
  #written;
  #failed;

  /**
   * @param panel in which a table may be dropped anywhere
   * @param find finds an element of it
   * @param on.changed is called when there is something else to read; with `typed` while it is typed
   * @param on.written is called when another table replaces what was there
   * @param on.failed is called with the error of a file that cannot be read
   */
  constructor(panel, find, { changed, written, failed }) {
    this.#input = find("#csv");
    this.#changed = changed;
    this.#written = written;
    this.#failed = failed;
    find("#file").addEventListener("change", ({ target }) => this.#open(target.files[0]).then(() => (target.value = "")));
    this.#input.addEventListener("input", ({ inputType }) => this.#typed(inputType === "insertFromPaste"));
    this.#takeDrops(panel, find(".drop"));
  }

  /** What is to be read; see file.js. */
  get file() {
    return this.#file ?? ofText(this.#input.value);
  }

  /** Whether nothing else than a sample is in it. */
  get isUntouched() {
    return this.#input.value === (this.#sample ?? "");
  }

  /** A function that tells whether something was put into the box since. */
  turn() {
    const turn = (this.#turn += 1);
    return () => turn !== this.#turn;
  }

  showSample(text) {
    this.#sample = text;
    this.#write(text);
    this.#changed();
  }

  async #open(file) {
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      this.#failed(new Failure("This file is too large", "The page takes 12 MB; python -m seqserve predict forecast takes any."));
      return;
    }
    const isLate = this.turn();
    try {
      const found = await ofFile(file);
      if (isLate()) return;
      this.#write(found.shown ?? "");
      this.#file = found;
      this.#changed();
    } catch {
      const detail = "It may be a folder, or have gone, or not be yours to read. Choose another file.";
      if (!isLate()) this.#failed(new Failure(`${file.name} cannot be read`, detail));
    }
  }

  #takeDrops(panel, place) {
    const mark = (over) => place.classList.toggle("over", over);
    panel.addEventListener("dragover", (event) => (event.preventDefault(), mark(true)));
    panel.addEventListener("dragleave", () => mark(false));
    panel.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      const [file] = event.dataTransfer.files;
      if (file) this.#open(file);
      else this.#paste(event.dataTransfer.getData("text/plain"));
    });
  }

  #paste(text) {
    this.#turn += 1;
    this.#write(text);
    this.#changed();
  }

  #typed(isPasted) {
    this.#turn += 1;
    this.#file = null;
    this.#changed({ typed: !isPasted });
  }

  /** Put another text into the box, of a long one the beginning. */
  #write(text) {
    const isLong = text.length > MOST_EDITED;
    this.#file = isLong ? ofText(text) : null;
    this.#input.value = isLong ? `${text.slice(0, text.indexOf("\n", FIRST_SHOWN) + 1 || FIRST_SHOWN)}...` : text;
    this.#written();
  }
}

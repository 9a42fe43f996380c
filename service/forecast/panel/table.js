// A table as the service reads it: which column is what, and which of its series is shown.

import { Failure, post, sentence } from "../../api.js";
import { make } from "../../dom.js";
import { asSent } from "./file.js";

const MOST_OFFERED = 100; // series in the list of the search
const COLUMNS = { "#column": "target", "#dates": "time", "#ids": "id" };
const PATH = "forecast/tables";

export class Table {
  #find;
  #read = null; // the answer to the request that was sent last
  #asked = ""; // that request
  #horizon = 0; // steps ahead that it has
  #other = { asked: "" }; // the same for another model

  /**
   * @param find finds an element of the panel
   * @param changed is called when a column or an option is set, or another series is searched for; then with `typed`
   */
  constructor(find, changed) {
    this.#find = find;
    find(".reading").addEventListener("change", () => changed());
    find("#shown").addEventListener("input", () => (this.#offerSeries(), changed({ typed: true })));
  }

  /**
   * Have a file read for a model, unless that is what was read last.
   * @param file see file.js
   * @param picked what a request says of the model
   * @param horizon steps ahead that are wanted
   * @param most steps ahead that the model can
   */
  async read(file, picked, horizon, most, signal, waiting) {
    const sent = { ...asSent(file), read: this.#options };
    const asked = JSON.stringify([picked, sent]);
    if (this.#read && asked === this.#asked && horizon <= this.#horizon) return;
    const isOther = asked !== this.#asked;
    this.#read = null;
    const ahead = Math.min(most, 2 ** Math.ceil(Math.log2(horizon)));
    const found = await this.#sent(sent, picked, ahead, signal, waiting);
    Object.assign(this, { notes: found.notes, target: found.target });
    this.#read = found;
    this.#asked = asked;
    this.#horizon = ahead;
    this.#tellColumns();
    this.#find(".reading .row").hidden = Object.keys(found.columns).length < 2;
    this.#find("#shown").closest("label").hidden = this.size < 2;
    if (isOther) this.#find("#shown").value = "";
    this.#offerSeries();
  }

  /**
   * The series that is shown, as another model takes it, which may have other columns.
   * @param picked what a request says of that model
   */
  async shownTo(picked, file, horizon, signal) {
    const sent = { ...asSent(file), read: this.#options };
    const asked = JSON.stringify([picked, horizon, sent]);
    if (asked !== this.#other.asked) this.#other = { asked, ...(await this.#sent(sent, picked, horizon, signal)) };
    const { series, columns } = this.#other;
    const place = this.#read.series.indexOf(this.shown.item);
    if (series.length === this.size) return series[place];
    throw new Failure(`${picked.model} reads other series`, `It has ${series.length} of the columns ${Object.keys(columns).join(", ")}.`);
  }

  async #sent(sent, picked, horizon, signal, waiting) {
    const { tables } = await post(PATH, { ...picked, horizon, tables: [sent] }, signal, waiting);
    const [found] = tables;
    if (found.error) throw this.#refused(found.error);
    return found;
  }

  /** What the steps of the table are, and how many of them are a season. */
  get steps() {
    const { frequency, season } = this.#read;
    return { frequency, season };
  }

  /** How many series there are. */
  get size() {
    return this.#read.series.length;
  }

  /** Every series with its times, those ahead among them; null without dates. */
  get series() {
    const { series, times } = this.#read;
    return series.map((item, place) => ({ item, times: times[place] }));
  }

  /** The series that is searched for, or else the first. */
  get shown() {
    const { series } = this;
    const text = this.#find("#shown").value.trim().toLowerCase();
    if (text === "" || this.size < 2) return series[0];
    const name = ({ item }) => String(item.id).toLowerCase();
    const found = series.find((one) => name(one) === text) ?? series.find((one) => name(one).includes(text));
    if (!found) throw new Failure("No such series", `No series has “${text.slice(0, 40)}” in its name. Search another.`);
    return found;
  }

  /** Forget what was said of another table. */
  forget() {
    this.#read = null;
    for (const field of this.#fields) {
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
      if ("placeholder" in field && field.dataset.read === undefined) field.placeholder = "";
    }
  }

  get #fields() {
    return this.#find(".reading").querySelectorAll("input, select");
  }

  /** What was set by hand, as the service takes it. */
  get #options() {
    const found = {};
    for (const [selector, name] of Object.entries(COLUMNS)) {
      const value = this.#find(selector).value.trim();
      if (value) found[name] = [value];
    }
    for (const field of this.#find(".reading").querySelectorAll("[data-read]")) {
      const { read } = field.dataset;
      if (field.type === "checkbox") found[read] = field.checked;
      else if (field.value.trim() !== "") found[read] = given(field);
    }
    return found;
  }

  /** Say in the empty fields which columns were found, and offer all of them. */
  #tellColumns() {
    const { columns, target } = this.#read;
    const of = (role) => Object.keys(columns).filter((name) => columns[name].startsWith(`${role}:`));
    const found = { "#column": [target], "#dates": of("time"), "#ids": of("id") };
    for (const [selector, names] of Object.entries(found)) this.#find(selector).placeholder = names.join(",") || "none";
    this.#find("#names").replaceChildren(...Object.keys(columns).map((value) => make("option", { value })));
  }

  #offerSeries() {
    const text = this.#find("#shown").value.trim().toLowerCase();
    const found = [];
    if (this.#read && this.size > 1)
      for (const { id } of this.#read.series)
        if (String(id).toLowerCase().includes(text) && found.push(String(id)) === MOST_OFFERED) break;
    this.#find("#shown-ids").replaceChildren(...found.map((value) => make("option", { value })));
  }

  /** The error of a file that is refused; where an option decides it, the options are shown. */
  #refused({ message }) {
    if (message.includes("--")) {
      this.#find(".reading .row").hidden = false;
      this.#find(".reading details").open = true;
    }
    return new Failure("This table cannot be read", sentence(message));
  }
}

/** The value of a field as JSON has it. */
function given({ type, value, dataset }) {
  if (type === "number") return Number(value);
  return "choice" in dataset ? value === "yes" : value.trim();
}

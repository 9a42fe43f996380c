// A second model or version that is asked the same.

import { make } from "./dom.js";

export class Beside {
  #label;
  #select;
  #picker;
  #fits;

  /**
   * @param section where the choice is added
   * @param picker picks the first model
   * @param fits whether a model, by its name, can be asked what the picked one is asked
   * @param changed is called when another is chosen
   */
  constructor(section, picker, fits, changed) {
    this.#picker = picker;
    this.#fits = fits;
    this.#select = make("select", { onchange: changed });
    this.#label = make("label", { className: "beside", hidden: true }, "Compare with", this.#select);
    section.querySelector(".about").before(this.#label);
  }

  /** Offer all versions that can be asked; what was chosen stays chosen. */
  offer() {
    const before = this.#select.value;
    const groups = this.#picker.models.filter(({ name }) => this.#fits(name)).map((model) => group(model));
    this.#select.replaceChildren(make("option", { value: "" }, "nothing"), ...groups.filter(({ children }) => children.length));
    this.#select.value = before;
    if (this.#select.selectedIndex === -1) this.#select.value = "";
    this.#label.hidden = this.#select.options.length < 3; // nothing, and the one that answers already
  }

  /** The fields of a request that name the model and the version; null if there is none. */
  get asked() {
    return this.#select.value ? JSON.parse(this.#select.value) : null;
  }

  /** The signature of that version. */
  async signature() {
    const { model, version } = this.asked;
    const { versions } = await this.#picker.detail(model);
    return versions.find((one) => one.version === version)?.signature;
  }
}

/** The versions of a model that are served, the newest first. */
function group({ name, versions }) {
  const served = versions.filter(({ loaded, refused, labels }) => loaded || (!refused && labels.length));
  const options = served.reverse().map(({ version, labels }) => {
    const text = [`${name} (${version})`, labels.join(", ")].filter(Boolean).join(" · ");
    return make("option", { value: JSON.stringify({ model: name, version }) }, text);
  });
  return make("optgroup", { label: name }, ...options);
}

// Selects the model and the version, and shows their details.

import { Failure, get } from "./api.js";
import { make } from "./dom.js";

/** The two selects of a panel, and the details below them. */
export class Picker {
  #details = new Map();
  #model;
  #shown;
  #version;
  #about;
  #names;
  #changed;
  #failed;

  /**
   * @param models the models of the task, as `GET /models` lists them
   * @param changed is called when another model or version is selected
   * @param failed is called with the error if its details cannot be loaded
   * @param options.all whether the details of all models are loaded at the start
   * @param options.name makes the displayed name of a model from its details
   */
  constructor(
    section,
    task,
    models,
    changed,
    failed,
    { all = false, label = "Model", name = (model) => model.name } = {},
  ) {
    this.task = task;
    this.models = [...models].sort((a, b) => b.default - a.default);
    this.#names = { all, name };
    this.#changed = changed;
    this.#failed = failed;
    this.#model = make("select", { onchange: () => this.#chosen(() => this.#load()) });
    this.#version = make("select", { onchange: () => this.#chosen(() => this.#tell()) });
    this.#about = make("p", { className: "hint" });
    section.replaceChildren(
      make("label", {}, label, this.#model),
      make("label", {}, "Version", this.#version),
      make("details", { className: "about" }, make("summary", {}, "About this model"), this.#about),
    );
  }

  /** Load the details of the models; await this once before anything else. */
  async load() {
    const known = this.#names.all
      ? await Promise.all(this.models.map((model) => this.detail(model.name)))
      : this.models;
    const options = known.map((model) => {
      const text = this.#names.name(model) + (model.default && known.length > 1 ? " (default)" : "");
      return make("option", { value: model.name }, text);
    });
    this.#model.replaceChildren(...options);
    do await this.#load();
    while (!this.isReady); // another was picked meanwhile
  }

  /** Whether the details of a model are loaded. */
  get isReady() {
    return this.#shown !== undefined;
  }

  /** The details of the models that were loaded. */
  get known() {
    return [...this.#details.values()];
  }

  /** Select a model, as if by hand. */
  async pick(name) {
    this.#model.value = name;
    await this.#chosen(() => this.#load());
  }

  /** The fields of a request: the model, and the version unless it is the stable one. */
  get asked() {
    const { version } = this.picked;
    return { model: this.#shown.name, ...(this.#version.value && { version }) };
  }

  /**
   * The details of the version that answers.
   * @throws Failure no version is loaded
   */
  get picked() {
    if (this.#found?.loaded) return this.#found;
    throw new Failure(
      `No version of ${this.#shown.name} is loaded`,
      "All were refused, or are old ones without a label; the service's log says which. Pick another model.",
    );
  }

  get #found() {
    const wanted = this.#version.value || this.#shown.version;
    return this.#shown.versions.find(({ version }) => version === wanted);
  }

  /** The signature of the version: window, features, labels, languages, limits. */
  get signature() {
    return this.picked.signature;
  }

  /** The first golden example of the version. */
  async example() {
    const { version } = this.picked;
    const found = await get(`models/${this.task}/${this.#shown.name}/examples/${version}`);
    return found.inputs[0];
  }

  /** Handle a selection; answers for earlier selections are ignored. */
  async #chosen(renew) {
    const name = this.#model.value;
    const isLate = () => name !== this.#model.value;
    try {
      await renew();
      if (!isLate()) await this.#changed();
    } catch (error) {
      if (isLate()) return;
      if (this.#shown) this.#model.value = this.#shown.name;
      this.#failed(error);
    }
  }

  async #load() {
    const name = this.#model.value;
    const detail = await this.detail(name);
    if (name !== this.#model.value) return;
    this.#show(detail);
    this.#tell();
  }

  /** The details of a model, as `GET /models/{task}/{name}` has them. */
  async detail(name) {
    if (!this.#details.has(name)) this.#details.set(name, await get(`models/${this.task}/${name}`));
    return this.#details.get(name);
  }

  #show(detail) {
    const { version, versions, labels, shares, signature } = (this.#shown = detail);
    const shared = Object.entries(shares).map(
      ([label, share]) => `${label} ${labels[label]} for ${+(share * 100).toFixed(1)}%`,
    );
    const usual = version === null ? "stable: none" : [`stable (${version})`, ...shared].join(", ");
    const options = [...versions].reverse().map((found) => {
      const note = found.loaded ? found.labels.join(", ") : found.refused ? "refused" : "not loaded";
      const text = [found.version, note].filter(Boolean).join(" · ");
      return make("option", { value: found.version, disabled: !found.loaded }, text);
    });
    const isServed = signature !== undefined; // what is labelled stable may have been refused
    this.#version.replaceChildren(make("option", { value: "", disabled: !isServed }, usual), ...options);
    const newest = versions.findLast(({ loaded }) => loaded);
    this.#version.value = isServed ? "" : (newest?.version ?? "");
  }

  #tell() {
    const { data, metrics, created } = this.#found ?? {};
    const parts = [
      data && `Learned from ${data.name}.`,
      created && `Published ${new Date(created).toLocaleDateString("en", { dateStyle: "medium" })}.`,
      metrics && compared(metrics),
    ];
    this.#about.textContent = parts.filter(Boolean).join(" ");
  }
}

/** The test score of a version beside those of the baselines, in whatever metric comes first. */
function compared({ test = {}, baselines = {}, worse_than: worse = [] }) {
  const [metric] = Object.keys(test);
  if (metric === undefined) return null;
  const shown = (value) => Number(value.toPrecision(3)).toLocaleString("en");
  const others = Object.entries(baselines)
    .filter(([, scores]) => Number.isFinite(scores[metric]))
    .map(([name, scores]) => `${name} ${shown(scores[metric])}`);
  const beside = others.length ? `, beside ${others.join(", ")}` : "";
  const honest = worse.length ? ` It does not beat ${worse.join(", ")}.` : "";
  return `On unseen data: ${metric.replaceAll("_", " ")} ${shown(test[metric])}${beside}.${honest}`;
}

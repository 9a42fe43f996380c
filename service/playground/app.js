// The page: a tab for each task that there are models for.

import { get } from "./api.js";
import { Forecast } from "./forecast.js";
import { Notice } from "./notice.js";
import { Sentiment } from "./sentiment.js";
import { Tabs } from "./tabs.js";
import { themed } from "./theme.js";
import { Translate } from "./translate.js";

const TASKS = { forecast: Forecast, sentiment: Sentiment, translation: Translate };

const tasks = new Map();
const notice = new Notice(document.getElementById("start"), () => start());

async function start() {
  try {
    const { models } = await get("models");
    notice.clear();
    show(models);
  } catch (error) {
    notice.failed(error);
  }
}

function show(models) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const { task } = tab.dataset;
    const own = models.filter((model) => model.task === task);
    if (!own.length) tab.remove();
    else tasks.set(task, new TASKS[task](document.getElementById(tab.getAttribute("aria-controls")), own));
  }
  if (!tasks.size) {
    document.getElementById("none").hidden = false;
    return;
  }
  document.querySelector("[role=tablist]").hidden = false;
  new Tabs([...document.querySelectorAll("[role=tab]")], (task) => tasks.get(task).open()).open();
}

themed(document.getElementById("theme"), () => tasks.get("forecast")?.redraw());
start();

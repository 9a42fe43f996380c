// The page: a tab and a panel for each task that the service has models of.

import { get } from "./api.js";
import { Notice } from "./notice.js";
import { load } from "./panels.js";
import { Tabs } from "./tabs.js";
import { themed } from "./theme.js";

const panels = new Map();
const tablist = document.querySelector("[role=tablist]");
const notice = new Notice(document.getElementById("start"), () => start());

async function start() {
  try {
    const { models } = await get("models");
    const tasks = [...new Set(models.map(({ task }) => task))];
    const found = (await Promise.all(tasks.map(load))).filter(Boolean);
    notice.clear();
    show(found, models);
  } catch (error) {
    notice.failed(error);
  }
}

function show(found, models) {
  for (const { task, tab, section, Panel } of found) {
    tablist.append(tab);
    document.getElementById("main").append(section);
    const own = models.filter((model) => model.task === task);
    panels.set(task, new Panel(section, own));
  }
  if (!panels.size) {
    document.getElementById("none").hidden = false;
    return;
  }
  tablist.hidden = false;
  new Tabs([...tablist.children], (task) => panels.get(task).open()).open();
}

themed(document.getElementById("theme"), () => panels.forEach((panel) => panel.redraw()));
start();

// Go through figures in a real browser as a reader of a chapter does: `node drive_figures.mjs
// PLAN.json`, where the plan is {browser ("chrome" or "firefox"), executable, address (of a page of
// figures in `layout="figure"`), kinds}. Presses every state button of each and moves the controls
// beside its picture by keyboard; writes one JSON object a line for each move, with what the figure
// shows after it. tests/test_explorers.py says what must hold.

import { readFile } from "node:fs/promises";

import { launch } from "./drive/launch.mjs";
import { pressAction, visibleControls, within } from "./drive/moves.mjs";
import { snapshot } from "./drive/snapshot.mjs";

const LATE = 500; // milliseconds that a browser may take to report what a page asked for

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
const { browser, page, asked, said } = await launch(plan.browser, plan.executable);

try {
  await page.goto(plan.address, { waitUntil: "domcontentloaded" });
  for (const kind of plan.kinds) await read({ page, kind });
  await new Promise((resolve) => { setTimeout(resolve, LATE); });
  write({ action: "done", asked, said });
} finally {
  await browser.close();
}

async function read(hand) {
  await page.waitForSelector(within(hand.kind, ".sg-side"));
  await record(hand, "opened");
  for (const button of await page.$$(within(hand.kind, ".sg-state"))) {
    await button.click();
    const label = await button.evaluate(({ textContent }) => textContent);
    await record(hand, "state", { label });
    if (await pressAction(hand, "Undo")) await record(hand, "undone", { label });
  }
  for (const control of await visibleControls(hand)) await move(hand, control);
  await pressAction(hand, "Reset");
  await record(hand, "reset");
}

/** One control, by its keys: a slider to its ends and a step, a list and a box to what is next. */
async function move(hand, { name, type }) {
  const tag = type === "select-one" ? "select" : `input[type=${type}]`;
  const node = await page.$(within(hand.kind, `${tag}[name="${name}"]`));
  await node.focus();
  const last = await node.evaluate(({ options = [], selectedIndex }) => (
    selectedIndex === options.length - 1
  ));
  const keys = {
    range: ["End", "ArrowLeft", "Home", "ArrowRight"], checkbox: [" "],
    "select-one": [last ? "ArrowUp" : "ArrowDown"],
  }[type];
  for (const key of keys) {
    await page.keyboard.press(key);
    await record(hand, "key", { control: name, key });
  }
}

async function record({ kind }, action, more = {}) {
  write({ kind, action, ...more, ...await page.evaluate(snapshot, kind) });
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// Drive one explorer in a real browser: `node drive.mjs PLAN.json`, where the plan is {browser
// ("chrome" or "firefox"), executable, address (of a page that holds the explorer), kind, states
// (queries of its links; with none, the page is only opened)}. Writes one JSON object a line for
// each move, with what the explorer shows after it; tests/test_explorers.py says what must hold.

import { readFile } from "node:fs/promises";

import { launch } from "./drive/launch.mjs";
import {
  allControls, dragPicture, moveControl, pressAction, pressButtons, visibleControls,
  visiblePictures, within,
} from "./drive/moves.mjs";
import { snapshot } from "./drive/snapshot.mjs";

const ANOTHER_MOVE = 700; // milliseconds after which a move is no longer undone with the one before
const LATE = 500; // milliseconds that a browser may take to report what a page asked for

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
const { browser, page, asked, said } = await launch(plan.browser, plan.executable);
const { kind } = plan;
const hand = { page, kind, record };

try {
  await page.goto(plan.address, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(within(kind, "input[type=range]"));
  await record("opened");
  if (plan.states.length > 0) await everything();
  await pause(LATE);
  write({ action: "done", controls: await allControls(hand), asked, said });
} finally {
  await browser.close();
}

async function everything() {
  await everyState();
  await everyButton();
  await undoAndReset();
  await copies();
  await reload();
}

async function record(action, more = {}) {
  write({ action, ...more, ...await page.evaluate(snapshot, kind) });
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Follow a link within the page; at once, so that no move before it is still on its way. */
function follow(query) {
  return page.evaluate((hash) => {
    history.replaceState(null, "", hash);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }, `#${kind}?${query}`);
}

/** Each control is moved at the first state that shows it; pictures, once for each set of them. */
async function everyState() {
  const moved = new Set();
  const viewed = new Set();
  for (const [index, query] of ["", ...plan.states].entries()) {
    await follow(query);
    await record("state", { index: index - 1 });
    for (const control of await visibleControls(hand)) {
      if (moved.has(control.name)) continue;
      moved.add(control.name);
      await record("before", { control: control.name });
      await moveControl(hand, control);
      await follow(query);
    }
    await everyPicture(query, viewed);
  }
}

async function everyPicture(query, viewed) {
  const tags = (pictures) => Promise.all(pictures.map((node) => node.evaluate((n) => n.tagName)));
  const pictures = await visiblePictures(hand);
  const view = String(await tags(pictures));
  if (viewed.has(view)) return;
  viewed.add(view);
  for (const nth of pictures.keys()) {
    await follow(query);
    const picture = (await visiblePictures(hand))[nth];
    await dragPicture(hand, picture, nth);
  }
  await follow(query);
}

function everyButton() {
  return pressButtons(hand, () => follow(""));
}

async function undoAndReset() {
  await follow(plan.states[0]);
  await record("undo from");
  for (const undo of [() => pressAction(hand, "Undo"), pressCtrlZ]) {
    await pause(ANOTHER_MOVE);
    await moveFirstControl();
    await record("undo moved");
    await undo();
    await record("undone");
  }
  await pause(ANOTHER_MOVE);
  await moveFirstControl();
  await pressAction(hand, "Reset");
  await record("reset");
}

async function pressCtrlZ() {
  await page.keyboard.down("Control");
  await page.keyboard.press("z");
  await page.keyboard.up("Control");
}

/** One step of the first slider, away from the end where it may stand. */
async function moveFirstControl() {
  const sliders = await page.$$(within(kind, "input[type=range]"));
  for (const slider of sliders) {
    if (!(await slider.evaluate((node) => node.checkVisibility()))) continue;
    const key = await slider.evaluate(({ value, max }) => (value === max ? "ArrowLeft" : "ArrowRight"));
    await slider.focus();
    await page.keyboard.press(key);
    return;
  }
}

/** With the clipboard closed, so that the text is shown. */
async function copies() {
  await page.evaluate(() => {
    const refuse = async () => { throw new DOMException("closed", "NotAllowedError"); };
    Object.defineProperty(navigator, "clipboard", { value: { writeText: refuse } });
  });
  for (const query of ["", plan.states[0]]) {
    await follow(query);
    for (const framework of ["PyTorch", "TensorFlow"]) {
      if (!(await pressAction(hand, `Copy as ${framework}`))) continue;
      await page.waitForSelector(within(kind, "textarea"), { visible: true });
      const code = await page.$eval(within(kind, "textarea"), ({ value }) => value);
      await record("code", { framework, code });
    }
  }
}

async function reload() {
  await follow("");
  await moveFirstControl();
  await record("reload from");
  await page.waitForFunction((start) => location.hash.startsWith(start), {}, `#${kind}?`);
  await pause(400); // the address follows a little after the move
  await page.reload();
  await record("reloaded");
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

// Answer the questions of a page in a real browser, by keyboard and by pointer: `node
// drive_questions.mjs PLAN.json`, where the plan is {browser ("chrome" or "firefox"), executable,
// address, smooth: [a value that is not asked for, one that is]}. Writes one JSON object a line for
// each step, with what the page shows after it; tests/test_questions.py says what must hold.

import { readFile } from "node:fs/promises";

import { launch } from "./drive/launch.mjs";

const LATE = 400; // milliseconds that a browser may take to scroll and to keep an answer
const AT_REST = 900; // milliseconds after which a figure is taken to rest

const plan = JSON.parse(await readFile(process.argv[2], "utf8"));
const { browser, page, asked, said } = await launch(plan.browser, plan.executable);

try {
  await page.goto(plan.address, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".sg-question");
  await record("opened");
  await choose();
  await reckon();
  await drag();
  await page.reload();
  await page.waitForSelector(".sg-question");
  await record("reloaded");
  await press("choice", "Ask me again");
  await record("one asked again");
  await press(null, "Forget all my answers");
  await record("forgotten");
  await page.reload();
  await page.waitForSelector(".sg-question");
  await record("reloaded after that");
  process.stdout.write(`${JSON.stringify({ step: "done", asked, said })}\n`);
} finally {
  await browser.close();
}

/** The first choice by Enter, the second, behind it, by Space. */
async function choose() {
  await (await page.$(within("choice", ".sg-answers button"))).focus();
  await page.keyboard.press("Enter");
  await record("wrong choice");
  await press("choice", "Show the answer");
  await record("answer shown");
  await (await page.$(within("choice", ".sg-answers button"))).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press(" ");
  await record("right choice");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await record("choice after the right one");
}

async function reckon() {
  const field = await page.$(within("number", "input"));
  for (const [step, text] of [
    ["no number", "a lot"], ["slip", "2/11"], ["wrong number", "−3"], ["right number", "0,1735"],
  ]) {
    await field.focus();
    await field.evaluate((input) => input.select());
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await record(step);
  }
}

async function drag() {
  const field = await page.$("figure input[type=number][name=smooth]");
  for (const [step, value] of [["dragged beside", plan.smooth[0]], ["dragged there", plan.smooth[1]]]) {
    await field.focus();
    await field.evaluate((input) => input.select());
    await page.keyboard.type(String(value));
    await record(`${step}, moving`);
    await pause(AT_REST);
    await record(step);
  }
}

/** Click a button of a question, or of the page, by what it says. */
async function press(id, text) {
  for (const button of await page.$$(id === null ? ".sg-forget button" : within(id, "button"))) {
    if (await button.evaluate(({ textContent }) => textContent) !== text) continue;
    await button.scrollIntoView();
    await button.click();
    return;
  }
  throw new Error(`there is no button “${text}”`);
}

function within(id, selector) {
  return `section[data-question="${id}"] ${selector}`;
}

async function record(step) {
  await pause(step.endsWith("moving") ? 50 : LATE);
  process.stdout.write(`${JSON.stringify({ step, ...await page.evaluate(snapshot) })}\n`);
}

function snapshot() {
  const text = (node) => node?.textContent ?? null;
  const seen = (node) => node !== null && node.checkVisibility();
  const questions = [...document.querySelectorAll("section[data-question]")].map((section) => {
    const buttons = [...section.querySelectorAll(".sg-answers button")];
    return [section.dataset.question, {
      answered: section.dataset.answered,
      reply: text(section.querySelector("[role=status]")),
      now: text(section.querySelector(".sg-now")),
      pressed: buttons.filter((button) => button.getAttribute("aria-pressed") === "true").map(text),
      typed: section.querySelector("input")?.value ?? null,
      invalid: section.querySelector("input")?.getAttribute("aria-invalid") ?? null,
      offered: [...section.querySelectorAll(".sg-more-of button")].filter(seen).map(text),
    }];
  });
  const figure = document.querySelector("figure[data-explorer]");
  const { top, bottom } = figure.getBoundingClientRect();
  return {
    questions: Object.fromEntries(questions),
    state: JSON.parse(figure.dataset.state),
    inView: bottom > 0 && top < innerHeight && top > -1,
    focused: document.activeElement.textContent,
    kept: Object.keys(localStorage).filter((key) => key.startsWith("segloss:")).length,
  };
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

// What a person does with an explorer, by keyboard and by pointer. Each function takes a hand:
// {page, kind, record(action, more)}, and records after each move.

const STRAY = "-1e9"; // refused by every number field

/** The selector of something in the explorer's figure. */
export function within(kind, selector) {
  return selector.split(", ").map((part) => `figure[data-explorer="${kind}"] ${part}`).join(", ");
}

/** The controls that can be seen now: {name, type} with type range, select-one or checkbox. */
export function visibleControls({ page, kind }) {
  const selector = within(kind, "input[type=range], select[name], input[type=checkbox]");
  return page.$$eval(selector, (all) => (
    all.filter((control) => control.checkVisibility()).map(({ name, type }) => ({ name, type }))
  ));
}

/** The names of all controls, hidden ones too. */
export function allControls({ page, kind }) {
  const selector = within(kind, "input[type=range], select[name], input[type=checkbox]");
  return page.$$eval(selector, (all) => all.map(({ name }) => name));
}

/** Move one control in every way it knows. */
export async function moveControl(hand, { name, type }) {
  if (type === "range") {
    await moveSlider(hand, name);
    await typeNumber(hand, name);
  } else if (type === "checkbox") await tickBox(hand, name);
  else await choose(hand, name);
}

async function moveSlider(hand, name) {
  const slider = await find(hand, `input[type=range][name="${name}"]`);
  await slider.focus();
  for (const key of ["End", "ArrowLeft", "Home", "ArrowRight"]) {
    await hand.page.keyboard.press(key);
    await hand.record(`slider ${key}`, { control: name });
  }
  const at = await placesIn(slider);
  await hand.page.mouse.move(...at(0.3, 0.5));
  await hand.page.mouse.down();
  await hand.record("slider press", { control: name });
  await hand.page.mouse.move(...at(0.5, 0.5));
  await hand.page.mouse.move(...at(0.7, 0.5));
  await hand.page.mouse.up();
  const share = await slider.evaluate(({ value, min, max }) => (value - min) / (max - min));
  await hand.record("slider drag", { control: name, share });
}

/** Type a value between two of the slider's, the value where the slider is now, and nonsense. */
async function typeNumber(hand, name) {
  const field = await find(hand, `input[type=number][name="${name}"]`);
  const slider = await find(hand, `input[type=range][name="${name}"]`);
  const dragged = Number(await field.evaluate(({ value }) => value));
  await slider.focus();
  await hand.page.keyboard.press("PageDown");
  const below = Number(await field.evaluate(({ value }) => value));

  for (const [action, text] of [
    ["number exact", String(dragged)],
    ["number between", String((2 * dragged + below) / 3)],
    ["number refused", STRAY],
  ]) {
    await field.focus();
    await field.evaluate((input) => input.select());
    await hand.page.keyboard.type(text);
    const message = await field.evaluate((input) => input.validationMessage);
    await hand.record(action, { control: name, typed: text, message });
  }
  await hand.page.keyboard.press("Tab");
  const text = await field.evaluate(({ value }) => value);
  await hand.record("number left", { control: name, text });
}

async function tickBox(hand, name) {
  const box = await find(hand, `input[type=checkbox][name="${name}"]`);
  await box.focus();
  await hand.page.keyboard.press(" ");
  await hand.record("checkbox Space", { control: name });
  await box.scrollIntoView();
  await box.click();
  await hand.record("checkbox click", { control: name });
}

/** The arrow keys go through a closed select; its list is the system's, so it is filled in. */
async function choose(hand, name) {
  const selector = within(hand.kind, `select[name="${name}"]`);
  const select = await hand.page.$(selector);
  const words = await select.evaluate(({ options }) => Array.from(options, ({ value }) => value));
  const last = await select.evaluate(({ value }) => value) === words.at(-1);
  await select.focus();
  await hand.page.keyboard.press(last ? "ArrowUp" : "ArrowDown");
  await hand.record("select arrow", { control: name });
  for (const word of words) {
    await hand.page.select(selector, word);
    await hand.record("select option", { control: name, word });
  }
}

/** Drag through every picture that can be seen. Gives their tags, to tell one view from another. */
export async function visiblePictures({ page, kind }) {
  const found = await page.$$(within(kind, "svg[role=img], canvas[role=img], [role=application]"));
  const shown = [];
  for (const picture of found) {
    const box = await picture.boundingBox();
    if (box !== null && box.width > 40 && box.height > 40) shown.push(picture);
  }
  return shown;
}

export async function dragPicture(hand, picture, nth) {
  const cursor = await picture.evaluate((node) => getComputedStyle(node).cursor);
  const at = await placesIn(picture);
  await hand.page.mouse.move(...at(0.45, 0.55));
  await hand.record("picture point", { nth });
  await hand.page.mouse.down();
  await hand.record("picture press", { nth });
  await hand.page.mouse.move(...at(0.6, 0.45));
  await hand.page.mouse.move(...at(0.72, 0.35));
  await hand.record("picture drag", { nth, cursor });
  await hand.page.mouse.up();
}

/** Press every button of the explorer's own; one that then reads otherwise, twice. */
export async function pressButtons(hand, restart) {
  const selector = within(hand.kind, "button");
  const own = (button) => button.checkVisibility() && !button.closest(".sg-actions");
  const labels = await hand.page.$$eval(selector, (all) => all.length);
  for (let nth = 0; nth < labels; nth += 1) {
    await restart();
    const button = (await hand.page.$$(selector))[nth];
    if (!button || !(await button.evaluate(own))) continue;
    const label = await button.evaluate(({ textContent }) => textContent);
    await button.click();
    await hand.record("button", { label });
    if (await button.evaluate(({ textContent }) => textContent) === label) continue;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    await hand.record("button running", { label });
    await button.click();
    await hand.record("button again", { label });
  }
}

/** Press one of the buttons that every explorer has; false where this one has it not. */
export async function pressAction(hand, label) {
  const buttons = await hand.page.$$(within(hand.kind, ".sg-actions button"));
  for (const button of buttons) {
    if (await button.evaluate(({ textContent }) => textContent) === label) {
      await button.click();
      return true;
    }
  }
  return false;
}

async function find({ page, kind }, selector) {
  return page.$(within(kind, selector));
}

/** Places in a node by their shares of its width and height, once it is in sight. */
async function placesIn(node) {
  await node.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const { x, y, width, height } = await node.boundingBox();
  return (across, down) => [x + width * across, y + height * down];
}

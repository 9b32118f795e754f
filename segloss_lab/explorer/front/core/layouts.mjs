// The two ways in which an explorer's parts are laid out. Each gives {elements, update(state,
// before)} for the parts that the shell has made.

import { controlGroup } from "./controls.mjs";
import { freshId, h } from "./dom.mjs";

const KEYS = "Tab goes from control to control. Arrow keys move a slider by a step, Page Up and "
  + "Page Down by many, Home and End to its ends; the field beside it takes any value. "
  + "Ctrl+Z takes back the last move.";

export const LAYOUTS = { figure, bench };

/** A picture that makes one point, and beside it no more than what shows that. */
function figure({ explorer, store, show, caption, words, picture, results, choices, buttons }) {
  const { fields, summary, change = summary } = explorer;
  const shown = controlGroup(fields, { names: show }, store);
  const groups = explorer.controls
    .map(({ title, names }) => ({ title, names: names.filter((name) => !show.includes(name)) }))
    .filter(({ names }) => names.length > 0)
    .map((group) => controlGroup(fields, group, store));
  const all = h("p.sg-summary");
  const more = disclosure("More controls", [
    h("div.sg-panel", ...elementsOf(groups)), buttons.code, help(explorer),
  ]);
  const numbers = disclosure("Numbers", [results.others, all]);
  const aside = h(
    "div.sg-side",
    ...(choices.element ? [choices.element] : []), shown.element, results.first, words,
    actions(more.button, numbers.button, ...buttons.plain),
  );
  const main = h(
    "div.sg-main",
    h("div.sg-charts", ...picture.charts), aside,
  );
  return {
    elements: [
      main, more.panel, numbers.panel, buttons.fallback,
      ...(caption === "" ? [] : [h("figcaption", caption)]),
    ],
    update(state, before) {
      for (const group of [shown, ...groups]) group.update(state);
      words.textContent = change(state, before);
      all.textContent = summary(state);
    },
  };
}

/** Everything at once, the picture beside all controls. */
function bench({ explorer, store, words, picture, results, choices, buttons }) {
  const groups = explorer.controls.map((group) => controlGroup(explorer.fields, group, store));
  const panel = h(
    "div.sg-panel",
    ...(choices.element ? [choices.element] : []), ...elementsOf(groups),
    ...(picture.aside ? [picture.aside] : []),
  );
  const caption = h("figcaption", words);
  return {
    elements: [
      h("div.sg-numbers", results.first, results.others),
      h(
        "div.sg-main",
        h("div.sg-charts", ...picture.charts), panel,
      ),
      ...(picture.bottom ?? []),
      caption,
      actions(...buttons.plain, buttons.code, help(explorer)),
      buttons.fallback,
    ],
    update(state) {
      for (const group of groups) group.update(state);
      words.textContent = explorer.summary(state);
    },
  };
}

/** The buttons that every explorer has, apart from those of its own. */
function actions(...nodes) {
  return h("div.sg-buttons.sg-actions", ...nodes);
}

function elementsOf(groups) {
  return groups.map(({ element }) => element);
}

/** A button that opens a panel, which stands wherever the layout has room for it. */
function disclosure(label, nodes) {
  const id = freshId("panel");
  const button = h("button.sg-quiet", {
    "aria-expanded": false, "aria-controls": id, onclick: toggle,
  }, label);
  const panel = h("div.sg-more", { id, hidden: "" }, ...nodes);
  return { button, panel };

  function toggle() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", !panel.hidden);
  }
}

function help({ keys = "" }) {
  return h("details.sg-keys", h("summary", "Keys"), h("p", `${KEYS} ${keys}`));
}

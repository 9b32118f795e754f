// What every explorer has around its picture: results, controls, a summary in words, buttons, keys.
//
// An explorer is {kind, style, fields, controls, keys, quantities, summary, draw, torch,
// tensorflow}: its style sheet, the fields of its state, the groups of its controls ({title,
// names}), a sentence on the keys that only it knows; quantities(state), a list of {name, label,
// value (null where it does not exist), why}; summary(state), in words; the state as code, if it
// can be; and draw(store), its picture: {charts, aside, bottom, update(state), stop}, nodes above
// the controls, one beside them or null, and nodes below them. One whose fields depend on the first
// state is {kind, of(get)} instead, which makes such an object.

import { controlGroup } from "./controls.mjs";
import { actions } from "./copy.mjs";
import { h } from "./dom.mjs";
import { count, exact, rounded } from "./numbers.mjs";
import { createStore } from "./store.mjs";
import { addStyle } from "./theme.mjs";

const KEYS = "Tab goes from control to control. Arrow keys move a slider by a step, Page Up and "
  + "Page Down by many, Home and End to its ends; the field beside it takes any value. "
  + "Ctrl+Z takes back the last move.";
const TOLD = 3; // problems that a note names

/** The explorer, made from the first state, whose parts `get` gives, where it depends on that. */
export function explorerFor(explorer, get) {
  return explorer.of?.(get) ?? explorer;
}

/**
 * Turn `figure` into a live explorer that starts from `given`, a part of its state. `link(state)`
 * gives an address of the state; null where the host has none. Returns {store, say, stop}.
 */
export function mount(figure, explorer, given, link = null) {
  addStyle(figure.getRootNode(), explorer);
  const store = createStore(explorer.fields, given);
  const say = (text) => { note.textContent = text; };
  const picture = explorer.draw(store);
  const groups = explorer.controls.map((group) => controlGroup(explorer.fields, group, store));
  const results = createResults();
  const buttons = actions(explorer, store, link);
  const note = h("p", { class: "segloss-note", role: "status" });
  const caption = h("figcaption", { "aria-live": "polite" });
  const panel = h("div", { class: "segloss-panel" }, ...groups.map(({ element }) => element));

  figure.classList.add("segloss");
  figure.dataset.explorer = explorer.kind;
  figure.replaceChildren(
    note,
    results.element,
    h("div", { class: "segloss-charts" }, ...picture.charts),
    h("div", { class: "segloss-below" }, panel, ...(picture.aside ? [picture.aside] : [])),
    ...(picture.bottom ?? []),
    caption,
    buttons.element,
    help(explorer),
  );
  figure.addEventListener("keydown", (event) => undoByKey(event, store));

  function update(state) {
    figure.dataset.state = JSON.stringify(state);
    for (const group of groups) group.update(state);
    results.update(explorer.quantities(state));
    picture.update(state);
    caption.textContent = explorer.summary(state);
    buttons.update();
  }
  update(store.get());
  say(inPart("This figure’s state was taken over", store.problems));
  const unsubscribe = store.subscribe(update);

  return {
    store,
    say,
    stop() { unsubscribe(); picture.stop(); },
  };
}

/** That something was done in part, with the first few of the problems; "" where there are none. */
export function inPart(what, problems) {
  if (problems.length === 0) return "";
  const more = problems.length - TOLD;
  const told = [...problems.slice(0, TOLD), ...(more > 0 ? [`and ${count(more)} more`] : [])];
  return `${what} in part: ${told.join("; ")}.`;
}

function help({ keys = "" }) {
  return h("details", { class: "segloss-keys" }, h("summary", {}, "Keys"), h("p", {}, `${KEYS} ${keys}`));
}

/** Ctrl+Z, but for a field in which something is being typed, which has an undo of its own. */
function undoByKey(event, store) {
  const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
  if (!undoes || ["number", "textarea"].includes(event.target.type)) return;
  event.preventDefault();
  store.undo();
}

/** The results as <output> elements; `data-value` is the full double that a test reads too. */
function createResults() {
  const element = h("div", { class: "segloss-results" });
  const shown = new Map();

  function update(quantities) {
    for (const { name, label, value, why } of quantities) {
      if (!shown.has(name)) shown.set(name, addResult(element, name));
      const { term, output } = shown.get(name);
      term.textContent = label;
      output.textContent = value === null ? why : rounded(value);
      output.classList.toggle("missing", value === null);
      if (value === null) delete output.dataset.value;
      else output.dataset.value = exact(value);
    }
  }
  return { element, update };
}

function addResult(element, name) {
  const term = h("span", { class: "segloss-term" });
  // An output speaks up by itself when it changes; the caption already does, once for all of them.
  const output = h("output", { "data-quantity": name, "aria-live": "off" });
  element.append(h("div", { class: "segloss-result" }, term, output));
  return { term, output };
}

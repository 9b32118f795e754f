// What every explorer has around its picture: numbers, controls, states to choose, words, buttons.
//
// An explorer is {kind, style, fields, controls, keys, quantities, summary, change, figure, draw,
// torch, tensorflow}: its style sheet; the fields of its state; the groups of all its controls
// ({title, names}); a sentence on the keys that only it knows; quantities(state), a list of {name,
// label, value (null where it does not exist), why}; summary(state), the whole in words;
// change(state, before), what is seen, or what the last move did (`before` is null at first);
// `figure`, what it shows where it makes one point: {show, numbers, states, caption}; the state as
// code, if it can be; and draw(store, layout), its picture: {charts, aside, bottom, update(state,
// before), stop}, nodes for the picture, and, on the bench, one beside its controls and nodes below
// them all. One whose fields depend on what it is given is {kind, of(get, scene)} instead, which
// makes such an object.

import { actions } from "./copy.mjs";
import { h } from "./dom.mjs";
import { LAYOUTS } from "./layouts.mjs";
import { lookOf } from "./look.mjs";
import { count } from "./numbers.mjs";
import { createResults } from "./results.mjs";
import { stateButtons } from "./states.mjs";
import { createStore } from "./store.mjs";
import { addStyle } from "./theme.mjs";

const TOLD = 3; // problems that a note names

/** The explorer, made of the parts of the first state, by `get`, and its scene where it asks. */
export function explorerFor(explorer, get, scene = null) {
  return explorer.of?.(get, scene) ?? explorer;
}

/**
 * Turn `figure` into a live explorer that starts from `given`, a part of its state. `look` says how
 * it is laid out: {layout, show, states, caption}, each as the explorer has it where it is left
 * out; `link(state)` gives an address of the state, null where the host has none. Returns {store,
 * say, stop}.
 */
export function mount(figure, explorer, given, { look = {}, link = null } = {}) {
  addStyle(figure.getRootNode(), explorer);
  const { layout, show, numbers, states, caption, problems } = lookOf(explorer, look);
  const store = createStore(explorer.fields, given);
  const say = (text) => { note.textContent = text; };
  const picture = explorer.draw(store, layout);
  const results = createResults(numbers);
  const choices = stateButtons(states, explorer.fields, store);
  const buttons = actions(explorer, store, link);
  const note = h("p.sg-note", { role: "status" });
  const words = h("p.sg-words", { "aria-live": "polite" });
  const body = LAYOUTS[layout]({
    explorer, store, show, caption, words, picture, results, choices, buttons,
  });

  figure.classList.add("segloss");
  figure.dataset.explorer = explorer.kind;
  figure.dataset.layout = layout;
  figure.replaceChildren(note, ...body.elements);
  const release = followHand(figure, store);

  function update(state) {
    const before = store.before();
    figure.dataset.state = JSON.stringify(state);
    body.update(state, before);
    results.update(
      explorer.quantities(state), before === null ? [] : explorer.quantities(before),
    );
    choices.update(state);
    picture.update(state, before);
    buttons.update();
  }
  update(store.get());
  say(inPart("This figure’s state was taken over", [...problems, ...store.problems]));
  const unsubscribe = store.subscribe(update);

  return {
    store,
    say,
    stop() { unsubscribe(); picture.stop(); release(); },
  };
}

/** That something was done in part, with the first few of the problems; "" where there are none. */
export function inPart(what, problems) {
  if (problems.length === 0) return "";
  const more = problems.length - TOLD;
  const told = [...problems.slice(0, TOLD), ...(more > 0 ? [`and ${count(more)} more`] : [])];
  return `${what} in part: ${told.join("; ")}.`;
}

/**
 * What is done while a hand holds something is one move; the picture stays in sight that long.
 * Ctrl+Z takes a move back. Returns the function that lets go for good.
 */
function followHand(figure, store) {
  let held = false;
  const hold = ({ target }) => {
    figure.style.setProperty("--sg-room", `${roomAbove(figure, target)}px`);
    figure.classList.add("held");
    if (!held) store.hold();
    held = true;
  };
  const release = () => {
    figure.classList.remove("held");
    if (held) store.release();
    held = false;
  };
  const ended = new AbortController(); // a notebook may lay the same figure out anew
  const { signal } = ended;
  figure.addEventListener("keydown", (event) => undoByKey(event, store), { signal });
  // Before a picture hears of the press, and moves: what the press does is part of the same move.
  figure.addEventListener("pointerdown", hold, { capture: true, signal });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, { signal });
  return () => { release(); ended.abort(); };
}

/**
 * Where the picture's top may stay in a narrow window, in pixels from the window's: no lower than
 * lets its foot stand above what is held.
 */
function roomAbove(figure, held) {
  const charts = figure.querySelector(".sg-charts");
  const top = held.closest(".sg-control, button")?.getBoundingClientRect().top ?? Infinity;
  return Math.min(top - charts.getBoundingClientRect().height, 1e4);
}

/** Ctrl+Z, but for a field in which something is being typed, which has an undo of its own. */
function undoByKey(event, store) {
  const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
  if (!undoes || ["number", "textarea"].includes(event.target.type)) return;
  event.preventDefault();
  store.undo();
}

// The host that is a page: every figure[data-explorer] comes alive, the address keeps its state.
//
// `#smoothing?smooth=1&size=10` is the page's first smoothing explorer, `#smoothing-2?...` its
// second. Settings that the address leaves out keep the figure's own first value. A figure that
// cannot be brought to life says why beside its picture, and the others live.

import { h } from "../core/dom.mjs";
import { announce } from "../core/registry.mjs";
import { explorerFor, inPart, mount } from "../core/shell.mjs";
import { accepted, quoted } from "../core/store.mjs";
import { addStyle } from "../core/theme.mjs";
import { startQuestions } from "../questions/page.mjs";
import { startTabs } from "./tabs.mjs";

const QUIET = 200; // milliseconds without a move before the address follows: changes are rationed
const MOUNTED = "segloss"; // the class of a figure that is taken care of
const NAMES = 6; // figures that a note names

/** Bring the page's tabs, figures and questions to life, now or when the document is complete. */
export function startBook(explorers) {
  const start = () => { startTabs(); mountAll(explorers); startQuestions(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}

function mountAll(explorers) {
  const figures = new Map();
  for (const [name, figure] of namedFigures()) {
    // A page that loads this script twice has its figures from the first.
    if (figure.classList.contains(MOUNTED)) continue;
    const live = mountOrExplain(figure, explorers, name);
    if (live) figures.set(name, live);
  }
  if (figures.size === 0) return;
  followAddress(figures, location.hash);
  // What a figure was about to write may have come in between: the address of now is the second
  // best, for an event that a script has made.
  addEventListener("hashchange", ({ newURL }) => {
    followAddress(figures, new URL(newURL || location.href).hash);
  });
}

/** All figures of the page by the names that links call them: {"smoothing", "smoothing-2", ...}. */
function namedFigures() {
  const named = new Map();
  const seen = new Map();
  for (const figure of document.querySelectorAll("figure[data-explorer]")) {
    const kind = figure.dataset.explorer;
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    named.set(nth === 1 ? kind : `${kind}-${nth}`, figure);
  }
  return named;
}

function mountOrExplain(figure, explorers, name) {
  const picture = [...figure.childNodes];
  try {
    return mountOne(figure, kindOf(figure, explorers), name);
  } catch (error) {
    addStyle(document, { kind: "picture" });
    figure.classList.add(MOUNTED);
    const words = `This figure stays a picture: ${error.message}.`;
    figure.replaceChildren(h("p.sg-note", { role: "status" }, words), ...picture);
    return null;
  }
}

function kindOf({ dataset: { explorer } }, explorers) {
  if (Object.hasOwn(explorers, explorer)) return explorers[explorer];
  throw new RangeError(`there is no explorer of the kind ${quoted(explorer)}`);
}

/** What an attribute holds as JSON, where it is of the form that is asked for. */
function parsed(text, fits) {
  try {
    const value = JSON.parse(text);
    if (fits(value)) return value;
  } catch {
    // Neither is text that is no JSON of that form; what was wrong with it helps nobody.
  }
  return undefined;
}

function stateOf({ dataset: { state: text = "" } }) {
  const state = parsed(text, isRecord);
  if (state !== undefined) return state;
  throw new RangeError(`its data-state must be a JSON object, got ${quoted(text)}`);
}

function isRecord(value) {
  return value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function lookOf({ dataset: { layout, show = "", states = "", caption } }) {
  const [names, pairs] = [show, states].map((text) => parsed(text, Array.isArray));
  return { layout, show: names, states: pairs, caption };
}

function mountOne(figure, kind, name) {
  const given = stateOf(figure);
  const scene = parsed(figure.dataset.scene ?? "", (value) => value !== null);
  const explorer = explorerFor(kind, (part) => given[part], scene);
  const hash = (state) => hashOf(name, explorer.fields, state);
  const link = (state) => location.href.replace(/#.*$/, "") + hash(state);
  const mounted = mount(figure, explorer, given, { look: lookOf(figure), link });
  keepAddress(mounted.store, hash);
  announce(figure, mounted.store, name);
  return { ...mounted, figure, fields: explorer.fields };
}

/** Write the state into the address once a person has moved something, never before. */
function keepAddress(store, hash) {
  let waiting = null;
  store.subscribe((state, origin) => {
    clearTimeout(waiting);
    if (origin === "address") return;
    waiting = setTimeout(() => history.replaceState(history.state, "", hash(state)), QUIET);
  });
}

function hashOf(name, fields, state) {
  const texts = Object.entries(state).filter(([key]) => !fields[key].fixed)
    .map(([key, value]) => [key, fields[key].format(value)]);
  return `#${name}?${new URLSearchParams(texts)}`;
}

function followAddress(figures, hash) {
  const [name, query] = hash.slice(1).split("?");
  if (query === undefined) return; // an anchor of the page's own
  const target = figures.get(name);
  const known = namedFigures().has(name) || document.getElementById(name) !== null;
  const [first] = figures.values();
  if (target) {
    first.say(""); // whatever link it may have spoken of
    followQuery(target, query);
  } else if (!known) sayUnknown(first, name, [...figures.keys()]);
}

function followQuery({ store, say, figure, fields }, query) {
  const given = Array.from(new URLSearchParams(query), ([key, text]) => (
    [key, Object.hasOwn(fields, key) ? fields[key].parse(text) : text]
  ));
  const { state, problems } = accepted(fields, Object.fromEntries(given));
  store.set({ ...store.initial, ...state }, "address");
  say(inPart("This link was followed", problems));
  figure.scrollIntoView({ block: "start" });
}

/** The page's first figure says that the one of a link is not here. */
function sayUnknown({ say, figure }, name, names) {
  const more = names.length > NAMES ? " and more" : "";
  say(`This link leads to a figure ${quoted(name)}, which this page does not have; it has `
    + `${names.slice(0, NAMES).join(", ")}${more}.`);
  figure.scrollIntoView({ block: "start" });
}

// The host that is a page: every figure[data-explorer] comes alive, the address keeps its state.
//
// `#smoothing?smooth=1&size=10` is the page's first smoothing explorer, `#smoothing-2?...` its
// second. Settings that the address leaves out keep the figure's own first value.

import { explorerFor, mount } from "./shell.mjs";
import { accepted } from "./store.mjs";

const QUIET = 200; // milliseconds without a move before the address follows: changes are rationed

/** Bring the page's figures to life, now or when the document is complete. */
export function startBook(explorers) {
  const start = () => mountAll(explorers);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}

function mountAll(explorers) {
  const figures = {};
  for (const figure of document.querySelectorAll("figure[data-explorer]")) {
    const explorer = explorers[figure.dataset.explorer];
    if (!explorer) continue; // not ours: its fallback picture stays
    const before = Object.values(figures).filter(({ kind }) => kind === explorer.kind);
    const nth = before.length + 1;
    const name = nth === 1 ? explorer.kind : `${explorer.kind}-${nth}`;
    figures[name] = mountOne(figure, explorer, name);
  }
  const follow = () => followAddress(figures);
  addEventListener("hashchange", follow);
  follow();
}

function mountOne(figure, kind, name) {
  const given = JSON.parse(figure.dataset.state);
  const explorer = explorerFor(kind, (part) => given[part]);
  const hash = (state) => hashOf(name, explorer.fields, state);
  const link = (state) => location.href.replace(/#.*$/, "") + hash(state);
  const mounted = mount(figure, explorer, given, link);
  keepAddress(mounted.store, hash);
  return { ...mounted, figure, kind: explorer.kind, fields: explorer.fields };
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

function followAddress(figures) {
  const [name, query] = location.hash.slice(1).split("?");
  if (query === undefined || !Object.hasOwn(figures, name)) return; // an anchor of the page's own
  const { store, say, figure, fields } = figures[name];
  const given = Array.from(new URLSearchParams(query), ([key, text]) => (
    [key, Object.hasOwn(fields, key) ? fields[key].parse(text) : text]
  ));
  const { state, problems } = accepted(fields, Object.fromEntries(given));
  store.set({ ...store.initial, ...state }, "address");
  say(problems.length === 0 ? "" : `This link was followed in part: ${problems.join("; ")}.`);
  figure.scrollIntoView({ block: "start" });
}

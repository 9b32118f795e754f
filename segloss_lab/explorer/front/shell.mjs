// What every explorer has around its picture: results, controls, copy buttons, a summary in words.

import { controlGroup } from "./controls.mjs";
import { copyButtons } from "./copy.mjs";
import { h } from "./dom.mjs";
import { exact, rounded } from "./numbers.mjs";
import { createStore } from "./store.mjs";
import { addStyle } from "./theme.mjs";

/**
 * Turn `figure` into a live explorer that starts from `given`, a part of its state. `link(state)`
 * gives an address of the state; null where the host has none. Returns {store, say, stop}.
 */
export function mount(figure, explorer, given, link = null) {
  addStyle(figure.getRootNode());
  const store = createStore(explorer.fields, given);
  const picture = explorer.draw(store);
  const controls = controlGroup(explorer.fields, explorer.controls, store);
  const results = createResults();
  const note = h("p", { class: "segloss-note", role: "status" });
  const caption = h("figcaption", { "aria-live": "polite" });

  figure.classList.add("segloss");
  figure.dataset.explorer = explorer.kind;
  figure.replaceChildren(
    note,
    results.element,
    h("div", { class: "segloss-charts" }, ...picture.charts),
    h("div", { class: "segloss-below" }, controls.element, picture.aside),
    caption,
    copyButtons(explorer, store, link),
  );

  function update(state) {
    figure.dataset.state = JSON.stringify(state);
    controls.update(state);
    results.update(explorer.quantities(state));
    picture.update(state);
    caption.textContent = explorer.summary(state);
  }
  update(store.get());
  const unsubscribe = store.subscribe(update);

  return {
    store,
    say: (text) => { note.textContent = text; },
    stop() { unsubscribe(); picture.stop(); },
  };
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

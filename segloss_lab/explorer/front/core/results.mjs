// The results as <output> elements; `data-value` is the full double that a test reads too.

import { h, setText } from "./dom.mjs";
import { exact, rounded } from "./numbers.mjs";

/**
 * The results of an explorer, those of the `first` names apart from the others: {first, others,
 * update(quantities, before)}, where `before` are the quantities before the last move.
 */
export function createResults(first) {
  const lists = {
    first: h("div.sg-results.sg-first"),
    others: h("div.sg-results"),
  };
  const shown = new Map();

  function nodesOf(name) {
    if (!shown.has(name)) {
      shown.set(name, addResult(lists[first.includes(name) ? "first" : "others"], name));
    }
    return shown.get(name);
  }

  return {
    ...lists,
    update(quantities, before) {
      const past = new Map(before.map(({ name, value }) => [name, value]));
      for (const quantity of quantities) write(nodesOf(quantity.name), quantity, past);
    },
  };
}

function write({ term, output, was }, { name, label, value, why }, past) {
  const text = value === null ? why : rounded(value);
  const old = past.get(name) ?? null;
  const oldText = old === null ? "" : rounded(old);
  setText(term, label);
  writeNumber(output, value, text);
  setText(was, oldText === "" || oldText === text ? "" : `was ${oldText}`);
  output.classList.toggle("missing", value === null);
}

/** A number as people read it, and in full for programs; null where there is none. */
export function writeNumber(output, value, text) {
  setText(output, text);
  if (value === null) delete output.dataset.value;
  else output.dataset.value = exact(value);
}

function addResult(list, name) {
  const term = h("span.sg-term");
  // An output speaks up by itself when it changes; the words already do, once for all of them.
  const output = h("output", { "data-quantity": name, "aria-live": "off" });
  const was = h("span.sg-was");
  list.append(h("div.sg-result", term, h("span", output, " ", was)));
  return { term, output, was };
}

// Texts and numbers that are laid out anew only where they are others.

import { h } from "../../core/dom.mjs";
import { exact, rounded } from "../../core/numbers.mjs";

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A number that a program reads in full: {element, update(value, none, format)}, where `none` is
 * said if it is null.
 */
export function output(name) {
  const element = h("output", { "data-quantity": name, "aria-live": "off" });
  return {
    element,
    update(value, none = "", format = rounded) {
      setText(element, value === null ? none : format(value));
      if (value === null) delete element.dataset.value;
      else element.dataset.value = exact(value);
    },
  };
}

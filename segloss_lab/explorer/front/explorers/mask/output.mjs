// A number that a program reads in full, within a table or beside a picture.

import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { writeNumber } from "../../core/results.mjs";

/** {element, update(value, none, format)}, where `none` is said if the value is null. */
export function output(name) {
  const element = h("output", { "data-quantity": name, "aria-live": "off" });
  return {
    element,
    update(value, none = "", format = rounded) {
      writeNumber(element, value, value === null ? none : format(value));
    },
  };
}

// The numbers of the pixel under the pointer.

import { h } from "../../core/dom.mjs";
import { SIDE } from "./grid.mjs";
import { PARTS } from "./picture.mjs";
import { chosenOf, masksOf } from "./state.mjs";
import { rounded } from "../../core/numbers.mjs";

const WORDS = {
  found: "object, found", missed: "object, missed", alarm: "false alarm", background: "background",
};

/** "row 3, column 7: object, missed", counted from 1. */
export function wordsOf(state, pixel) {
  const { truth, prediction } = masksOf(state);
  const [row, column] = [Math.floor(pixel / SIDE) + 1, (pixel % SIDE) + 1];
  return `row ${row}, column ${column}: ${WORDS[PARTS[truth[pixel]][prediction[pixel]]]}`;
}

/** The pixel at a place of a square picture, which is `size` wide; the nearest if it is outside. */
export function pixelAt(x, y, size) {
  const cell = (at) => Math.min(Math.max(Math.floor((at / size) * SIDE), 0), SIDE - 1);
  return cell(y) * SIDE + cell(x);
}

/** A tooltip for a square picture: {element, show(state, x, y, size), hide()}. */
export function pixelTooltip() {
  const element = h("div.sg-tooltip", { hidden: "", "aria-hidden": "true" });
  return {
    element,
    show(state, x, y, size) {
      const pixel = pixelAt(x, y, size);
      const { prediction } = masksOf(state);
      const logit = prediction[pixel] === 1 ? state.confidence : -state.confidence;
      const push = chosenOf(state).pushAt(pixel);
      element.replaceChildren(
        h("strong", wordsOf(state, pixel)),
        h("span", `logit ${rounded(logit)}`),
        h("span", `push ${rounded(push)}`),
      );
      element.hidden = false;
      const flip = x > size / 2;
      element.style.left = flip ? "" : `${x + 14}px`;
      element.style.right = flip ? `${size - x + 14}px` : "";
      element.style.top = `${Math.min(Math.max(y - 20, 0), size - 70)}px`;
    },
    hide() { element.hidden = true; },
  };
}

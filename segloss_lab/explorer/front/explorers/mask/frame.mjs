// A square picture of the pixels, both outlines over it, and the numbers of the pixel under the
// pointer.

import { s, set } from "../../charts/svg.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { SIDE, pixelAt, placeOf } from "./grid.mjs";
import { wordOf } from "./parts.mjs";
import { chosenOf, masksOf } from "./state.mjs";

const APART = 14; // pixels from the pointer to the numbers

/**
 * The frame of a picture, in which a drag calls start(row, column), then move(row, column), which
 * may be outside: {element, update(masks, before)}, where the prediction of the masks `before` the
 * last move stays as a ghost.
 */
export function pixelFrame(store, picture, { start, move } = {}) {
  const edges = ["truth", "prediction", "before"].map((name) => s(`path.${name}`));
  // What sets the outlines off from a picture.
  const halos = picture.classList.contains("over") ? [s("path.halo")] : [];
  const outlines = s("svg.mask-edges", {
    viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true",
  }, ...halos, ...edges);
  const tooltip = h("div.sg-tooltip", { hidden: "", "aria-hidden": "true" });
  const element = h("div.sg-frame.mask-frame", picture, outlines, tooltip);
  const onPixels = (act) => (x, y) => (
    act?.(...[y, x].map((place) => Math.floor((place / element.clientWidth) * SIDE)))
  );

  followPointer(element, {
    start: onPixels(start),
    move: onPixels(move),
    point(x, y) {
      onPixels((...place) => tell(tooltip, store.get(), pixelAt(...place)))(x, y);
      const size = element.clientWidth;
      const flip = x > size / 2;
      tooltip.style.left = flip ? "" : `${x + APART}px`;
      tooltip.style.right = flip ? `${size - x + APART}px` : "";
      tooltip.style.top = `${Math.min(Math.max(y - 20, 0), size - 70)}px`;
    },
    leave() { tooltip.hidden = true; },
  });
  return {
    element,
    update({ outlines: [truth, prediction] }, before) {
      const was = before?.outlines[1] ?? prediction;
      const now = [truth, prediction, was === prediction ? "" : was];
      edges.forEach((edge, i) => set(edge, { d: now[i] }));
      for (const halo of halos) set(halo, { d: now.join("") });
    },
  };
}

function tell(tooltip, state, pixel) {
  const { confidence } = state;
  const logit = masksOf(state).prediction[pixel] === 1 ? confidence : -confidence;
  tooltip.replaceChildren(
    h("strong", wordsOf(state, pixel)),
    h("span", `logit ${rounded(logit)}`),
    h("span", `push ${rounded(chosenOf(state).pushAt(pixel))}`),
  );
  tooltip.hidden = false;
}

/** "row 3, column 7: missed", counted from 1. */
export function wordsOf(state, pixel) {
  const { parts } = masksOf(state);
  const part = Object.keys(parts).find((name) => parts[name].includes(pixel));
  const [row, column] = placeOf(pixel);
  return `row ${row + 1}, column ${column + 1}: ${wordOf(part)}`;
}

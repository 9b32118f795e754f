// The slice with its object at true proportion, and the object enlarged, so that one sees it.

import {
  partsLegend, partsOf, partsPicture, reachOf, shareLeftOf,
} from "../../charts/parts.mjs";
import { s, set } from "../../charts/svg.mjs";
import { h } from "../../core/dom.mjs";
import { count, rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { remember } from "../../core/remember.mjs";
import { evaluate } from "./counts.mjs";

const PICTURE = 260; // units of the drawing that a picture measures
const NEAR = PICTURE + 40; // where the enlarged one begins
const EDGE = 2; // about them, for the strokes of their outer lines
const REACHES = [8, 13, 19]; // pixels from the middle to the edge of what is enlarged
const SQUARE = `h${PICTURE}v${PICTURE}h${-PICTURE}z`;

/** The two pictures and their legend; `onFound(share)` where the enlarged object is swept over. */
export function slicePicture(onFound) {
  const place = (node, x) => set(node, { x, width: PICTURE, height: PICTURE });
  const [whole, near] = [partsPicture({ plain: true }), partsPicture({ grid: true })];
  const frame = s("path.frame");
  const hand = place(s("rect.hand"), NEAR);
  const svg = s("svg", {
    role: "img",
    viewBox: `${-EDGE} ${-EDGE} ${NEAR + PICTURE + 2 * EDGE} ${PICTURE + 2 * EDGE}`,
  }, place(whole.node, 0), place(near.node, NEAR), frame, hand);
  const [wholeName, nearName] = [h("span"), h("span")];
  const legend = partsLegend();
  const parts = remember(partsOf);
  let shown = null;

  followPointer(hand, {
    move(x) {
      const { width } = hand.getBoundingClientRect();
      onFound(shareLeftOf(((2 * x) / width - 1) * shown.reach + 0.5, shown.size));
    },
    point() {},
    leave() {},
  });

  return {
    element: h(
      "div.sg-chart.sg-slice",
      svg, h("div.sg-slice-names", wholeName, nearName), legend.element,
    ),
    /** Show a state, which `label` puts in words. */
    update(state, label) {
      const { hits, all } = evaluate(state);
      const { size, side, alarms } = state;
      const reach = REACHES.find((each) => each >= reachOf(size + alarms)) ?? REACHES.at(-1);
      shown = { size, reach };
      const pixels = parts([size, hits, alarms].join(), { size, found: hits, alarms });
      const [left, top] = [Math.round(0.6 * side), Math.round(0.42 * side)];
      whole.update(pixels, { x: -left, y: -top, side });
      near.update(pixels, { x: -reach, y: -reach, side: 2 * reach });
      const enlarged = [left - reach, top - reach, 2 * reach];
      set(frame, { d: framePath(...enlarged.map((length) => (length * PICTURE) / side)) });
      wholeName.textContent = `the slice, ${count(all)} pixels`;
      nearName.textContent = `a part of it, ${rounded(side / (2 * reach))} times larger`;
      legend.update(pixels);
      set(svg, { "aria-label": label });
    },
  };
}

/** A frame around what is enlarged, lines from it to the larger picture, and both pictures' edges. */
function framePath(left, top, side) {
  const right = left + side;
  return `M${left},${top}h${side}v${side}h${-side}zM${right},${top}L${NEAR},0`
    + `M${right},${top + side}L${NEAR},${PICTURE}M${NEAR},0${SQUARE}M0,0${SQUARE}`;
}

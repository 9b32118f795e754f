// The slice with its object at true proportion, and the object enlarged, so that one sees it.

import { create } from "d3-selection";

import {
  partsLegend, partsOf, partsPicture, reachOf, shareLeftOf,
} from "../../charts/parts.mjs";
import { h } from "../../core/dom.mjs";
import { count, rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { remember } from "../../core/remember.mjs";
import { countsOf } from "./counts.mjs";

const PICTURE = 260; // units of the drawing that a picture measures
const GAP = 40;
const EDGE = 2; // about them, for the strokes of their outer lines
const REACHES = [8, 13, 19]; // pixels from the middle to the edge of what is enlarged

/** The two pictures and their legend; `onFound(share)` where the enlarged object is swept over. */
export function slicePicture(onFound) {
  const svg = create("svg:svg").attr("class", "scores-slice").attr("role", "img")
    .attr("viewBox", `${-EDGE} ${-EDGE} ${2 * (PICTURE + EDGE) + GAP} ${PICTURE + 2 * EDGE}`);
  const whole = place(svg, partsPicture({ plain: true }), 0);
  const near = place(svg, partsPicture({ grid: true }), PICTURE + GAP);
  const frame = svg.append("path").attr("class", "frame");
  const hand = svg.append("rect").attr("class", "hand")
    .attr("x", PICTURE + GAP).attr("width", PICTURE).attr("height", PICTURE);
  const [wholeName, nearName] = [h("span"), h("span")];
  const legend = partsLegend();
  const parts = remember(partsOf);
  let shown = null;

  const sweep = (x) => {
    const { width } = hand.node().getBoundingClientRect();
    onFound(shareLeftOf(((2 * x) / width - 1) * shown.reach + 0.5, shown.size));
  };
  followPointer(hand.node(), { move: sweep, point() {}, leave() {} });

  return {
    element: h(
      "div.sg-chart.scores-picture",
      svg.node(), h("div.scores-names", wholeName, nearName), legend.element,
    ),
    update(state) {
      const { hits, alarms, all } = countsOf(state);
      const { size, side } = state;
      const reach = REACHES.find((each) => each >= reachOf(size + alarms)) ?? REACHES.at(-1);
      shown = { size, reach };
      const pixels = parts([size, hits, alarms].join(), { size, found: hits, alarms });
      const [left, top] = [Math.round(0.6 * side), Math.round(0.42 * side)];
      whole.update(pixels, { x: -left, y: -top, side });
      near.update(pixels, { x: -reach, y: -reach, side: 2 * reach });
      frame.attr("d", framePath((left - reach) / side, (top - reach) / side, (2 * reach) / side));
      wholeName.textContent = `the slice, ${count(all)} pixels`;
      nearName.textContent = `a part of it, ${rounded(side / (2 * reach))} times larger`;
      legend.update(pixels);
      svg.attr("aria-label", labelOf(state));
    },
  };
}

function place(svg, picture, x) {
  const { node } = picture;
  for (const [name, value] of Object.entries({ x, width: PICTURE, height: PICTURE })) {
    node.setAttribute(name, value);
  }
  svg.append(() => node);
  return picture;
}

/** A frame around what is enlarged, and lines from it to the larger picture. */
function framePath(x, y, side) {
  const [left, top, width] = [x, y, side].map((share) => share * PICTURE);
  const [right, bottom, large] = [left + width, top + width, PICTURE + GAP];
  return `M${left},${top}h${width}v${width}h${-width}z`
    + `M${right},${top}L${large},0M${right},${bottom}L${large},${PICTURE}`
    + `M${large},0h${PICTURE}v${PICTURE}h${-PICTURE}zM0,0h${PICTURE}v${PICTURE}h${-PICTURE}z`;
}

function labelOf(state) {
  const { hits, misses, alarms, all } = countsOf(state);
  return `An object in an image of ${count(all)} pixels, and the same enlarged: ${count(hits)} `
    + `pixels found, ${count(misses)} missed, ${count(alarms)} false alarms.`;
}

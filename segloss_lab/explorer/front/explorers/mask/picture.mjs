// Truth and prediction as a picture: what was found is filled, a miss is hatched in the colour of
// the truth, a false alarm in that of the prediction, and both masks have their outline.

import { range } from "d3-array";
import { create } from "d3-selection";

import { freshId } from "../../core/dom.mjs";
import { SIDE, outline } from "./grid.mjs";

const HATCHES = { missed: "M0,1L1,0", alarm: "M0,0L1,1" };

/** What a pixel is, by its truth and its prediction. */
export const PARTS = [["background", "alarm"], ["missed", "found"]];

/**
 * A picture whose hatches stand `period` pixels of the mask apart: {node (an SVG), update(truth,
 * prediction)}. With `grid` its pixels are ruled.
 */
export function maskPicture({ period, grid = false }) {
  const svg = create("svg:svg").attr("viewBox", `0 0 ${SIDE} ${SIDE}`)
    .attr("class", "mask-picture");
  const [missed, alarm] = ["missed", "alarm"].map((part) => addHatch(svg, part, period));
  const fills = { found: null, missed, alarm };
  svg.append("rect").attr("class", "paper").attr("width", SIDE).attr("height", SIDE);
  if (grid) svg.append("path").attr("class", "grid").attr("d", ruling());
  const areas = Object.fromEntries(Object.entries(fills).map(([part, id]) => [
    part, svg.append("path").attr("class", `area ${part}`).attr("fill", id && `url(#${id})`),
  ]));
  const edges = appendEdges(svg);
  let shown = [];

  return {
    node: svg.node(),
    update(truth, prediction) {
      if (same(truth, shown[0]) && same(prediction, shown[1])) return;
      shown = [truth, prediction];
      for (const [part, area] of Object.entries(areas)) {
        area.attr("d", outline(truth.map((bit, i) => Number(PARTS[bit][prediction[i]] === part))));
      }
      edges.update(truth, prediction);
    },
  };
}

/** The outlines of both masks, appended to an SVG of their pixels: {update(truth, prediction)}. */
export function appendEdges(svg) {
  const [wide, narrow] = ["truth", "prediction"].map((name) => (
    svg.append("path").attr("class", `edge ${name}`)
  ));
  return {
    update(truth, prediction) {
      wide.attr("d", outline(truth));
      narrow.attr("d", outline(prediction));
    },
  };
}

function addHatch(svg, part, period) {
  const id = freshId(part);
  const pattern = svg.append("pattern").attr("id", id).attr("class", `hatch ${part}`)
    .attr("patternUnits", "userSpaceOnUse").attr("width", 1).attr("height", 1)
    .attr("patternTransform", `scale(${period})`);
  pattern.append("rect").attr("width", 1).attr("height", 1);
  pattern.append("path").attr("d", HATCHES[part]);
  return id;
}

function ruling() {
  return range(1, SIDE).map((i) => `M${i},0V${SIDE}M0,${i}H${SIDE}`).join("");
}

function same(mask, other) {
  return other !== undefined && mask.every((bit, i) => bit === other[i]);
}

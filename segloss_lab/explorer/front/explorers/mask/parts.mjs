// What each pixel is, by its truth and its prediction.

import { SIDE, placeOf } from "./grid.mjs";
import { partsPicture } from "../../charts/parts.mjs";

const PARTS = [["background", "alarms"], ["missed", "found"]];

/** The pixels of each part: {missed, found, alarms, background}. */
export function partsOf(truth, prediction) {
  const parts = { missed: [], found: [], alarms: [], background: [] };
  truth.forEach((bit, pixel) => parts[PARTS[bit][prediction[pixel]]].push(pixel));
  return parts;
}

/** What one pixel of a part is called. */
export function wordOf(part) {
  return part === "alarms" ? "false alarm" : part;
}

function same(mask, other) {
  return mask === other || mask.every((bit, pixel) => bit === other?.[pixel]);
}

/** The parts as a picture, drawn anew where they are others: {node, update(truth, prediction)}. */
export function maskPicture(look) {
  const picture = partsPicture(look);
  let drawn = [];
  return {
    node: picture.node,
    update(...masks) {
      if (masks.every((mask, i) => same(mask, drawn[i]))) return;
      drawn = masks;
      const cells = Object.entries(partsOf(...masks)).map(([part, pixels]) => (
        [part, pixels.map((pixel) => placeOf(pixel).reverse())]
      ));
      // Whoever needs the outlines has both, and draws them himself.
      picture.update({ ...Object.fromEntries(cells), object: [] }, { x: 0, y: 0, side: SIDE });
    },
  };
}

// The slice in which nothing is: its pixels, those that are predicted among them.

import { partsOf, partsPicture } from "../../charts/parts.mjs";
import { h } from "../../core/dom.mjs";
import { count, pixels } from "../../core/numbers.mjs";

const SIDE = 24; // squares
const MOST = 400; // squares that a disc in the picture takes
const WINDOW = { x: -SIDE / 2, y: -SIDE / 2, side: SIDE };

/** The picture: {element, update(volume)}. */
export function slicePicture() {
  const picture = partsPicture({ grid: true });
  const { node } = picture;
  node.setAttribute("role", "img");
  const words = h("p");
  return {
    element: h("div.sg-empty", node, words),
    update(volume) {
      // How many pixels a square stands for, so that all are in the picture.
      const unit = 10 ** Math.max(0, Math.ceil(Math.log10(volume / MOST)));
      picture.update(partsOf({ size: 0, alarms: Math.round(volume / unit) }), WINDOW);
      words.textContent = "an empty slice, "
        + (volume === 0 ? "and nothing predicted in it" : `${pixels(volume)} predicted in it`)
        + (unit === 1 ? "" : `; a square stands for ${count(unit)}`);
      node.setAttribute("aria-label", words.textContent);
    },
  };
}

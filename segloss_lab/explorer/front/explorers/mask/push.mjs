// The push of the chosen loss on every logit, red where it raises, blue where it lowers, over one
// scale that is the same both ways and for all losses; where another is shown, its factor is said.

import { least } from "d3-array";

import { colorMap, gradientOf } from "../../core/colors.mjs";
import { h, setText } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { pixelFrame } from "./frame.mjs";
import { PIXELS, SIDE } from "./grid.mjs";
import { NAMES } from "./losses.mjs";
import { wordOf } from "./parts.mjs";
import { factorWords, fullOf } from "./scale.mjs";
import { chosenOf, masksOf } from "./state.mjs";

/** The map of the store's state: {element, update(state)}. */
export function pushMap(store) {
  const canvas = h("canvas", { width: SIDE, height: SIDE, role: "img" });
  const frame = pixelFrame(store, canvas);
  const heading = h("div.sg-chart-title");
  const factor = h("div.mask-factor", { "data-halo": "" });
  const ends = [h("span"), h("span")];
  const strip = h("div.mask-strip", { style: `background:${gradientOf("diverging")}` });
  const scale = h(
    "div.mask-scale", strip, ends[0], h("span", "0"), ends[1],
    h("span", "lowers the logit"), h("span", "raises it"),
  );
  frame.element.append(factor);

  return {
    element: h("div.sg-chart", heading, frame.element, scale),
    update(state) {
      const masks = masksOf(state);
      const chosen = chosenOf(state);
      const full = fullOf(chosen.largest);
      setText(heading, `Push by ${NAMES[chosen.loss]}`);
      setText(factor, factorWords(full));
      paint(canvas, chosen, full);
      frame.update(masks);
      // Without a push there are no numbers for the ends of the scale.
      ends.forEach((end, i) => setText(end, chosen.largest > 0 ? rounded([-full, full][i]) : ""));
      canvas.setAttribute("aria-label", labelOf(chosen, full, masks.parts));
    },
  };
}

function paint(canvas, { pushAt }, full) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(SIDE, SIDE);
  const color = colorMap("diverging");
  for (let pixel = 0; pixel < PIXELS; pixel += 1) {
    picture.data.set(color((1 + pushAt(pixel) / full) / 2), 4 * pixel);
    picture.data[4 * pixel + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/** The strongest push on each part of the picture. */
function labelOf({ loss, pushAt }, full, parts) {
  const words = Object.entries(parts).filter(([, pixels]) => pixels.length > 0).map(
    ([part, pixels]) => {
      const strongest = least(pixels.map(pushAt), (push) => -Math.abs(push));
      return `${wordOf(part)} ${rounded(strongest)}`;
    },
  );
  const shown = factorWords(full);
  return `Push of ${NAMES[loss]} on the logits${shown && `, ${shown}`}, the strongest on each kind `
    + `of pixel: ${words.join(", ")}.`;
}

// The push of the chosen loss on every logit, red where it raises, blue where it lowers, over one
// scale that is the same both ways and for all losses; where another is shown, its factor is said.

import { create } from "d3-selection";

import { colorMap, gradientOf } from "../../core/colors.mjs";
import { h } from "../../core/dom.mjs";
import { PIXELS, SIDE } from "./grid.mjs";
import { NAMES } from "./losses.mjs";
import { PARTS, appendEdges } from "./picture.mjs";
import { factorWords, fullOf } from "./scale.mjs";
import { chosenOf, masksOf } from "./state.mjs";
import { pixelTooltip } from "./tooltip.mjs";
import { rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";

const WORDS = {
  found: "found pixels", missed: "missed pixels", alarm: "false alarms", background: "background",
};

/** The map of the store's state: {element, update(state)}. */
export function pushMap(store) {
  const canvas = h("canvas", { width: SIDE, height: SIDE, role: "img" });
  const svg = create("svg:svg").attr("viewBox", `0 0 ${SIDE} ${SIDE}`).attr("aria-hidden", "true");
  const edges = appendEdges(svg);
  const tooltip = pixelTooltip();
  const heading = h("div.sg-chart-title");
  const factor = h("div.mask-factor", { "data-halo": "" });
  const frame = h(
    "div.sg-frame.mask-frame.mask-push",
    canvas, svg.node(), factor, tooltip.element,
  );
  const scale = createScale();

  followPointer(svg.node(), {
    move() {},
    point: (x, y) => tooltip.show(store.get(), x, y, svg.node().clientWidth),
    leave: () => tooltip.hide(),
  });

  return {
    element: h("div.sg-chart", heading, frame, scale.element),
    update(state) {
      const { truth, prediction } = masksOf(state);
      const chosen = chosenOf(state);
      const full = fullOf(chosen.largest);
      heading.textContent = `Push by ${NAMES[chosen.loss]}`;
      factor.textContent = factorWords(full);
      paint(canvas, chosen, full);
      edges.update(truth, prediction);
      scale.update(full, chosen.largest > 0);
      canvas.setAttribute("aria-label", labelOf(chosen, full, truth, prediction));
    },
  };
}

function paint(canvas, { pushAt }, full) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(SIDE, SIDE);
  const color = colorMap("diverging");
  for (let pixel = 0; pixel < PIXELS; pixel += 1) {
    const shade = color((1 + pushAt(pixel) / full) / 2);
    for (let channel = 0; channel < 3; channel += 1) {
      picture.data[4 * pixel + channel] = shade[channel];
    }
    picture.data[4 * pixel + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

function createScale() {
  const numbers = [0, 1, 2].map(() => h("span"));
  const strip = h("div", {
    class: "mask-strip", style: `background:${gradientOf("diverging")}`,
  });
  const words = ["lowers the logit", "raises it"].map((text) => h("span", text));
  return {
    element: h(
      "div.mask-scale", strip,
      h("div", ...numbers), h("div", ...words),
    ),
    update(full, pushed) {
      // Without a push there are no numbers for the ends of the scale.
      const texts = pushed ? [rounded(-full), "0", rounded(full)] : ["", "0", ""];
      numbers.forEach((number, i) => { number.textContent = texts[i]; });
    },
  };
}

/** The strongest push on each part of the picture. */
function labelOf({ loss, pushAt }, full, truth, prediction) {
  const strongest = {};
  for (let pixel = 0; pixel < PIXELS; pixel += 1) {
    const part = PARTS[truth[pixel]][prediction[pixel]];
    const push = pushAt(pixel);
    if (Math.abs(push) >= Math.abs(strongest[part] ?? 0)) strongest[part] = push;
  }
  const words = Object.entries(strongest).map(([part, push]) => `${WORDS[part]} ${rounded(push)}`);
  const shown = [factorWords(full)].filter(Boolean).map((text) => `, ${text}`).join("");
  return `Push of ${NAMES[loss]} on the logits${shown}, the strongest on each part: `
    + `${words.join(", ")}.`;
}

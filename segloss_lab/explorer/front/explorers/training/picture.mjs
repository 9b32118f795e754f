// The pictures that the network sees, with what each loss calls object as an outline of its own.

import { loopsOf } from "../../charts/outline.mjs";
import { s, set, sync } from "../../charts/svg.mjs";
import { h } from "../../core/dom.mjs";

const [DARKEST, BRIGHTEST] = [-3, 4]; // standard deviations shown as black and as white
const INSET = 0.14; // of a pixel, that each further outline lies inside

/** {element, update(races, problem, step)}. */
export function scenePicture({ side, x }) {
  const frame = h("div.training-pictures", {
    role: "img", "aria-label": "The pictures, with an outline of what each loss calls object.",
  });
  const words = h("p.training-words");
  const nodes = new Map(); // of the pictures that were seen
  let shown = [];
  let drawn = ""; // the outlines that are

  function nodeOf(picture) {
    if (!nodes.has(picture)) {
      const outlines = s("svg", { viewBox: `0 0 ${side} ${side}` });
      nodes.set(picture, h("div", greyOf(picture, side, x), outlines));
    }
    return nodes.get(picture);
  }

  return {
    element: h("div.sg-chart", frame, words),
    update(races, { pictures }, step) {
      const called = races.map(({ look, at }) => ({ ...look, from: at(step).from }));
      const now = JSON.stringify(called);
      if (shown === pictures && drawn === now) return;
      if (shown !== pictures) frame.replaceChildren(...pictures.map(nodeOf));
      [shown, drawn] = [pictures, now];
      const empty = pictures.length - 1;
      words.textContent = empty === 0
        ? "one picture, with an object" : `one with an object, ${empty} without`;
      for (const picture of pictures) {
        const outlines = called.map(({ color, dash, from }, k) => ({
          color, dash, mask: picture.grey.map((grey) => Number(grey >= from)), inset: (k + 1) * INSET,
        })).reverse();
        const truth = { color: "var(--sg-truth)", dash: [], mask: picture.truth, inset: 0 };
        drawOutlines(nodeOf(picture).lastChild, [truth, ...outlines], side);
      }
    },
  };
}

/** Each outline over a pale edge that shows on any grey. */
function drawOutlines(svg, outlines, side) {
  const parts = outlines.flatMap((outline) => {
    const d = loopsOf(outline.mask, side, outline.inset).map((loop) => `M${loop.join("L")}Z`).join("");
    return [{ d, color: null, dash: [] }, { ...outline, d }];
  });
  sync(svg, parts, () => s("path"), (path, { d, color, dash }) => set(path, {
    d, style: color && `stroke:${color}`, "stroke-dasharray": dash.join(" ") || null,
  }));
}

/** A picture on a canvas of its own, a pixel for a pixel. */
function greyOf({ grey }, side, x) {
  const canvas = h("canvas", { width: side, height: side });
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  grey.forEach((level, i) => {
    const shade = (255 * (x[level] - DARKEST)) / (BRIGHTEST - DARKEST);
    image.data.set([shade, shade, shade, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

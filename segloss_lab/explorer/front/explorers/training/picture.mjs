// The pictures that the network sees, with what each loss calls object as an outline of its own.

import { loopsOf } from "../../charts/outline.mjs";
import { h } from "../../core/dom.mjs";
import { pixels } from "../../core/numbers.mjs";
import { followTheme } from "../../core/theme.mjs";
import { colorsOf, setDash } from "./look.mjs";
import { NAMES } from "./losses.mjs";

const [DARKEST, BRIGHTEST] = [-3, 4]; // standard deviations shown as black and as white
const GAP = 5; // pixels between pictures
const DASH = 0.6; // of a chart's dashes: outlines are short
const INSET = 0.9; // pixels that each further outline lies inside

/** {element, update(races, problem, step), stop}. */
export function scenePicture({ side, x }) {
  const canvas = h("canvas", { role: "img" });
  const words = h("p.training-words");
  const frame = h("div.training-picture", canvas);
  const greys = new Map(); // the pictures that were seen, one pixel each
  let colors = null; // of the theme: asking for them is slow
  let shown = null;
  let width = 0; // until the frame first has a place on the page

  function draw() {
    if (shown === null || width === 0) return;
    const { races, problem: { pictures }, step } = shown;
    colors ??= colorsOf(canvas);
    for (const picture of pictures) {
      if (!greys.has(picture)) greys.set(picture, greyOf(picture, side, x));
    }
    const boxes = layOut(pictures.length, width);
    const context = prepare(canvas, width);
    pictures.forEach((picture, i) => {
      const { left, top, size } = boxes[i];
      context.drawImage(greys.get(picture), left, top, size, size);
      const wide = i === 0 ? [2, 1.8, 2.6] : [0, 1.4, 1.4]; // of truth, another loss, the chosen
      const truth = { color: colors.truth, dash: [], wide: wide[0] };
      outline(context, boxes[i], picture.truth, side, truth);
      for (const [k, race] of [...races.entries()].reverse()) {
        const { a, c } = race.at(step);
        const called = Uint8Array.from(picture.grey, (grey) => Number(a > 0 && x[grey] > c));
        outline(context, boxes[i], called, side, {
          color: colors.of(race.look.color), dash: i === 0 ? race.look.dash : [],
          wide: wide[k === 0 ? 2 : 1], inset: (k + 1) * INSET,
        });
      }
    });
    canvas.setAttribute("aria-label", labelOf(races, step));
    words.textContent = wordsOf(pictures.length - 1);
  }

  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);
  const unfollow = followTheme(() => { colors = null; draw(); });
  return {
    element: h("div.sg-chart", frame, words),
    update(races, problem, step) { shown = { races, problem, step }; draw(); },
    stop() { observer.disconnect(); unfollow(); },
  };
}

/** Where the pictures stand: in a square, the first large, the others right of it, then below. */
function layOut(count, width) {
  if (count === 1) return [{ left: 0, top: 0, size: width }];
  const size = (width - 4 * GAP) / 5;
  const at = (cell) => cell * (size + GAP);
  const small = Array.from({ length: count - 1 }, (_, i) => (
    i < 4 ? { left: at(4), top: at(i), size } : { left: at(i - 4), top: at(4), size }
  ));
  return [{ left: 0, top: 0, size: at(4) - GAP }, ...small];
}

function prepare(canvas, width) {
  const ratio = devicePixelRatio;
  const side = Math.round(width * ratio);
  if (canvas.width !== side) {
    Object.assign(canvas, { width: side, height: side });
    Object.assign(canvas.style, { width: `${width}px`, height: `${width}px` });
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, width);
  context.imageSmoothingEnabled = false;
  return context;
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

/** The outline of a mask, over a pale edge that shows on any grey. */
function outline(context, { left, top, size }, mask, side, { color, dash, wide, inset = 0 }) {
  if (wide === 0) return;
  const unit = size / side;
  context.beginPath();
  for (const loop of loopsOf(mask, side, inset / unit)) {
    for (const [i, [x, y]] of loop.entries()) {
      context[i === 0 ? "moveTo" : "lineTo"](left + x * unit, top + y * unit);
    }
    context.closePath();
  }
  context.lineJoin = "round";
  context.setLineDash([]);
  context.lineWidth = wide + 1.2;
  context.strokeStyle = "#fffb";
  context.stroke();
  context.lineWidth = wide;
  setDash(context, dash, DASH);
  context.strokeStyle = color;
  context.stroke();
}

function wordsOf(empty) {
  return empty === 0 ? "one picture, with an object" : `one with an object, ${empty} without`;
}

function labelOf(races, step) {
  const words = races.map(({ loss, at }) => {
    const { called, found } = at(step);
    return `${NAMES[loss]} calls ${pixels(called)}, ${found} of them true`;
  });
  return `The pictures after ${step} steps: ${words.join("; ")}.`;
}

// The pixels themselves, one small square each: the crowd, and in it the object.

import { range } from "d3-array";

import { h } from "../../core/dom.mjs";
import { count, percent, pixels } from "../../core/numbers.mjs";
import { followTheme } from "../../core/theme.mjs";

const MOST = 12000; // squares: where there are more pixels, one stands for several
const TALLEST = 290; // pixels
const OBJECT_AT = [0.66, 0.45]; // its place, as shares of width and height

/** The squares as a picture: {element, update(state), stop}. */
export function squares() {
  const legend = h("div.sg-chart-title.sg-crowd-key");
  const canvas = h("canvas", { role: "img" });
  const frame = h("div.sg-frame.sg-squares", canvas);
  let state = null;
  let width = 0; // until the frame first has a place on the page
  let painted = "";

  function draw() {
    if (state === null || width === 0) return;
    const { objects, crowd } = state;
    const each = perSquare(objects + crowd);
    const names = namesOf(state, each);
    legend.replaceChildren(...names.map((name) => h("span", h("i"), name)));
    canvas.setAttribute("aria-label", `Small squares: ${names.join("; ")}.`);
    const style = getComputedStyle(canvas);
    const colors = ["rule", "truth"].map((name) => style.getPropertyValue(`--sg-${name}`));
    const now = [objects, crowd, width, devicePixelRatio, ...colors].join();
    if (now !== painted) paint(canvas, layOut(state, each, width), colors);
    painted = now;
  }
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);
  const unfollow = followTheme(draw);

  return {
    element: h("div.sg-chart", legend, frame),
    update(next) { state = next; draw(); },
    stop() { observer.disconnect(); unfollow(); },
  };
}

/** What is grey and what is blue. */
function namesOf({ objects, crowd, object_pt, crowd_pt }, each) {
  const square = each === 1 ? "" : ` (a square: ${pixels(each)})`;
  return [
    `background: ${pixels(crowd)}, ${percent(crowd_pt)} sure of the truth${square}`,
    `object: ${pixels(objects)}, ${percent(object_pt)} sure`,
  ];
}

/** How many pixels a square stands for: 1, 2, 5, 10 and so on. */
function perSquare(total) {
  const steps = range(4).flatMap((e) => [1, 2, 5].map((step) => step * 10 ** e));
  return steps.find((each) => total / each <= MOST);
}

/** {cell (pixels of a square and the gap to the next), columns, total, inside (of the object)}. */
function layOut({ objects, crowd }, each, width) {
  const inside = Math.max(Math.round(objects / each), 1);
  const total = inside + Math.max(Math.round(crowd / each), 1);
  const fits = (cell) => Math.ceil(total / Math.floor(width / cell)) * cell <= TALLEST;
  const cell = range(24, 2, -1).find(fits) ?? 2;
  const columns = Math.floor(width / cell);
  return { cell, columns, rows: Math.ceil(total / columns), total, inside };
}

function paint(canvas, { cell, columns, rows, total, inside }, [ground, truth]) {
  const ratio = devicePixelRatio;
  const [width, height] = [columns * cell, rows * cell];
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const object = objectSquares(columns, rows, total, inside);
  for (let k = 0; k < total; k += 1) {
    const [color, alpha, side] = object.has(k) ? [truth, 1, cell] : [ground, 0.5, cell - 1];
    context.fillStyle = color;
    context.globalAlpha = alpha;
    context.fillRect((k % columns) * cell, Math.floor(k / columns) * cell, side, side);
  }
}

/** The squares of the object: those nearest to its place. */
function objectSquares(columns, rows, total, inside) {
  const [x, y] = [OBJECT_AT[0] * columns, OBJECT_AT[1] * rows];
  const distance = (k) => Math.hypot((k % columns) - x, Math.floor(k / columns) - y);
  const distances = Float64Array.from({ length: total }, (_, k) => distance(k));
  const farthest = distances.toSorted()[inside - 1];
  return new Set(range(total).filter((k) => distances[k] <= farthest).slice(0, inside));
}

// The pixels themselves, one small square each: the crowd, and in it the object.

import { range } from "d3-array";

import { h } from "../../core/dom.mjs";
import { percent, pixels } from "../../core/numbers.mjs";
import { followTheme } from "../../core/theme.mjs";

const MOST = 20_000; // squares: where there are more pixels, one stands for ten
const TALLEST = 290; // pixels
const OBJECT_AT = [0.66, 0.45]; // its place, as shares of width and height

/** The squares as a picture: {element, update(state), stop}. */
export function squares() {
  const key = h("div.sg-chart-title.sg-crowd-key");
  const canvas = h("canvas", { role: "img" });
  const frame = h("div.sg-frame.sg-squares", canvas);
  let state = null;
  let width = 0; // until the frame first has a place on the page
  let painted = ""; // as long as it stays the same, so does the picture

  function paintAnew() {
    if (state === null || width === 0) return;
    const style = getComputedStyle(canvas);
    const colors = ["rule", "truth"].map((name) => style.getPropertyValue(`--sg-${name}`));
    paint(canvas, state, width, colors);
  }
  const observer = new ResizeObserver(() => { width = frame.clientWidth; paintAnew(); });
  observer.observe(frame);
  const unfollow = followTheme(paintAnew);

  return {
    element: h("div.sg-chart", key, frame),
    update(next) {
      state = next;
      const { objects, crowd } = state;
      const names = namesOf(state);
      key.replaceChildren(...names.map((name) => h("span", h("i"), name)));
      canvas.setAttribute("aria-label", `Small squares: ${names.join("; ")}.`);
      if (painted !== `${objects} ${crowd}`) paintAnew();
      painted = `${objects} ${crowd}`;
    },
    stop() { observer.disconnect(); unfollow(); },
  };
}

/** What is grey and what is blue. */
function namesOf(state) {
  const { objects, crowd, object_pt, crowd_pt } = state;
  const each = perSquare(state);
  const square = each === 1 ? "" : ` (a square: ${pixels(each)})`;
  return [
    `crowd: ${pixels(crowd)}, ${percent(crowd_pt)} sure of the truth${square}`,
    `object: ${pixels(objects)}, ${percent(object_pt)} sure`,
  ];
}

/** How many pixels a square stands for. */
function perSquare({ objects, crowd }) {
  return objects + crowd > MOST ? 10 : 1;
}

function paint(canvas, state, place, [ground, truth]) {
  const squaresOf = (number) => Math.max(Math.round(number / perSquare(state)), 1);
  const inside = squaresOf(state.objects);
  const total = inside + squaresOf(state.crowd);
  // A cell is a square and the gap to the next, in pixels.
  const fits = (cell) => Math.ceil(total / Math.floor(place / cell)) * cell <= TALLEST;
  const cell = range(24, 2, -1).find(fits) ?? 2;
  const columns = Math.floor(place / cell);
  const rows = Math.ceil(total / columns);
  const [width, height] = [columns * cell, rows * cell];
  const ratio = devicePixelRatio;
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  // All of the crowd at once, and the gaps out of it: ten thousand squares take too long.
  context.fillStyle = ground;
  context.globalAlpha = 0.5;
  context.fillRect(0, 0, width, height);
  for (let x = cell - 1; x < width; x += cell) context.clearRect(x, 0, 1, height);
  for (let y = cell - 1; y < height; y += cell) context.clearRect(0, y, width, 1);
  context.clearRect((total - (rows - 1) * columns) * cell, height - cell, width, cell);
  context.fillStyle = truth;
  context.globalAlpha = 1;
  for (const [x, y] of objectSquares(columns, rows, total, inside)) {
    context.fillRect(x * cell, y * cell, cell, cell);
  }
}

/** The squares of the object, [column, row]: those nearest to its place. */
function objectSquares(columns, rows, total, inside) {
  const [x, y] = [OBJECT_AT[0] * columns, OBJECT_AT[1] * rows];
  const placeOf = (k) => [k % columns, Math.floor(k / columns)];
  const distances = Float64Array.from({ length: total }, (_, k) => {
    const [column, row] = placeOf(k);
    return Math.hypot(column - x, row - y);
  });
  const farthest = distances.toSorted()[inside - 1];
  return range(total).filter((k) => distances[k] <= farthest).slice(0, inside).map(placeOf);
}

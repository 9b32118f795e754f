// The cube of the errors of three pixels, seen askew: the Jaccard loss at its corners, the path of
// corners from no wrong pixel to all of them, and the point inside their tetrahedron.

import { range } from "d3-array";

import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { extension, pathOf } from "./math.mjs";

const ORIGIN = [48, 214]; // pixels: the corner of no error
const SIDE = [[150, 0], [78, -44], [0, -138]]; // pixels, of each error's edge
const CORNERS = range(8).map((k) => [k & 1, (k >> 1) & 1, (k >> 2) & 1]);
const EDGES = CORNERS.flatMap((from) => range(3).filter((i) => from[i] === 0).map((i) => (
  [from, from.with(i, 1)]
)));
const AXES = [[[0.5, 0, 0], 0, 34], [[1, 0.5, 0], 40, 22], [[0, 0, 0.5], -14, 0]];

/** The cube titled `title`: {element, update({truth, errors})}. */
export function cube(title) {
  const picture = h("div.sg-cube", { role: "img" });
  return {
    element: h("div.sg-chart", h("div.sg-chart-title", title), picture),
    update({ truth, errors }) {
      const path = pathOf(truth, errors).map(({ corner }) => corner);
      const losses = CORNERS.map((corner) => rounded(extension(truth, corner).value));
      picture.setAttribute("aria-label", labelOf(losses, path));
      picture.innerHTML = `<svg viewBox="0 0 334 262">${drawingOf(losses, path, errors)}</svg>`;
    },
  };
}

function drawingOf(losses, path, errors) {
  const slice = [[0, 0], [1, 0], [1, 1], [0, 1]].map((at) => [...at, errors[2]]);
  const faces = range(4).map((without) => path.toSpliced(without, 1));
  const [left, top] = place(errors);
  const names = AXES.map(([at, right, down], i) => {
    const [x, y] = place(at);
    const turn = i === 2 ? "rotate(-90)" : "";
    return `<text class="sg-axis-label" transform="translate(${x + right},${y + down})${turn}">`
      + `error ${i + 1}</text>`;
  });
  const corners = CORNERS.map((corner, k) => {
    const [x, , z] = corner;
    const isOnPath = path.some((at) => at.join() === corner.join());
    return `<g transform="translate(${place(corner)})" class="${isOnPath ? "chosen" : ""}">`
      + `<circle r="3.5"/><text x="${14 * x - 7}" y="${z === 0 ? 14 : -6}" `
      + `text-anchor="${x === 0 ? "end" : "start"}">${losses[k]}</text></g>`;
  });
  return `<path class="sg-slice" d="${line(slice)}Z"/>`
    + faces.map((face) => `<path class="sg-face" d="${line(face)}Z"/>`).join("")
    + `<path d="${EDGES.map(line).join("")}"/><path class="sg-path" d="${line(path)}"/>`
    + `<circle class="sg-knob" r="6" cx="${left}" cy="${top}"/>`
    + names.join("") + corners.join("");
}

function place(at) {
  return [0, 1].map((axis) => (
    ORIGIN[axis] + at.reduce((total, share, i) => total + share * SIDE[i][axis], 0)
  ));
}

function line(places) {
  return `M${places.map(place).join("L")}`;
}

function labelOf(losses, path) {
  const words = CORNERS.map((corner, k) => `${corner.join("")}: ${losses[k]}`);
  return `The cube of the three errors with the Jaccard loss at its corners: ${words.join(", ")}. `
    + `The path goes ${path.map((corner) => corner.join("")).join(", ")}.`;
}

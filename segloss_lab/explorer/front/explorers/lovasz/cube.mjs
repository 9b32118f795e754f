// The cube of the errors of three pixels, seen askew: the Jaccard loss at its corners, the path of
// corners from no wrong pixel to all of them, and the point inside their tetrahedron.

import { range } from "d3-array";
import { create, select } from "d3-selection";

import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";

const [WIDTH, HEIGHT] = [334, 262];
const ORIGIN = [48, 214]; // pixels: the corner of no error
const SIDE = [[150, 0], [78, -44], [0, -138]]; // pixels, of each error's edge
const CORNERS = range(8).map((k) => [k & 1, (k >> 1) & 1, (k >> 2) & 1]);
const EDGES = CORNERS.flatMap((from) => range(3).filter((i) => from[i] === 0).map((i) => (
  { from, to: from.map((at, j) => (j === i ? 1 : at)) }
)));

/** The cube titled `title`: {element, update({losses (of `CORNERS`), path, point})}. */
export function cube(title) {
  const svg = create("svg:svg")
    .attr("role", "img").attr("viewBox", `0 0 ${WIDTH} ${HEIGHT}`).attr("class", "sg-cube");
  const layers = Object.fromEntries(["slice", "faces", "edges", "path", "point", "corners"].map(
    (name) => [name, svg.append("g").attr("class", `sg-cube-${name}`)],
  ));
  lines(layers.edges, EDGES);
  nameAxes(svg);
  const heading = h("div.sg-chart-title", title);
  return {
    element: h("div.sg-chart", heading, svg.node()),
    update({ lossAt, path, point }) {
      const losses = CORNERS.map((corner) => lossAt(corner));
      svg.attr("aria-label", labelOf(losses, path));
      const slice = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => [x, y, point[2]]);
      polygons(layers.slice, [slice]);
      polygons(layers.faces, range(4).map((without) => path.filter((_, k) => k !== without)));
      lines(layers.path, range(3).map((k) => ({ from: path[k], to: path[k + 1] })));
      drawPoint(layers.point, point);
      drawCorners(layers.corners, losses, path);
    },
  };
}

function place(at) {
  return [0, 1].map((axis) => (
    ORIGIN[axis] + at.reduce((total, share, i) => total + share * SIDE[i][axis], 0)
  ));
}

function lines(layer, data) {
  layer.selectAll("path").data(data).join("path")
    .attr("d", ({ from, to }) => `M${place(from)}L${place(to)}`);
}

function polygons(layer, data) {
  layer.selectAll("path").data(data).join("path")
    .attr("d", (corners) => `M${corners.map(place).join("L")}Z`);
}

function nameAxes(svg) {
  const names = [[[0.5, 0, 0], 0, 34], [[1, 0.5, 0], 18, 22], [[0, 0, 0.5], -14, 0]];
  svg.append("g").selectAll("text").data(names).join("text")
    .attr("class", "sg-cube-axis")
    .attr("transform", ([at, right, down], i) => {
      const [x, y] = place(at);
      return `translate(${x + right},${y + down})${i === 2 ? " rotate(-90)" : ""}`;
    })
    .attr("text-anchor", (_, i) => (i === 1 ? "start" : "middle"))
    .text((_, i) => `error ${i + 1}`);
}

function drawPoint(layer, point) {
  layer.selectAll("circle").data([point]).join("circle").attr("r", 6)
    .attr("cx", (at) => place(at)[0]).attr("cy", (at) => place(at)[1]);
}

function drawCorners(layer, losses, path) {
  const isOnPath = (corner) => path.some((at) => at.join() === corner.join());
  const groups = layer.selectAll("g").data(CORNERS).join((enter) => {
    const g = enter.append("g");
    g.append("circle").attr("r", 3.5);
    g.append("text");
    return g;
  });
  groups.attr("transform", (corner) => `translate(${place(corner)})`)
    .classed("chosen", isOnPath);
  groups.select("text").text((_, k) => rounded(losses[k]))
    .attr("text-anchor", ([x]) => (x === 0 ? "end" : "start"))
    .attr("x", ([x]) => (x === 0 ? -7 : 7))
    .attr("y", ([, , z]) => (z === 0 ? 14 : -6));
}

function labelOf(losses, path) {
  const words = CORNERS.map((corner, k) => `${corner.join("")}: ${rounded(losses[k])}`);
  return `The cube of the three errors with the Jaccard loss at its corners: ${words.join(", ")}. `
    + `The path goes ${path.map((corner) => corner.join("")).join(", ")}.`;
}

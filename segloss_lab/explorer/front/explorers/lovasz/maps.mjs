// The Lovász extension or a soft loss over the errors of the first two pixels, flat or in
// perspective.

import { range } from "d3-array";

import { heatMap } from "../../charts/map.mjs";
import { overPlane, withinTurn } from "../../charts/plane.mjs";
import { surface } from "../../charts/surface.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { creases, extension, softLoss } from "./math.mjs";
import { LEVELS, patches, placeUnder } from "./sheet.mjs";

const SIDE = 25; // nodes of a flat map along each axis
const STOPS = range(11).map((step) => step / 10); // of the mesh of a curved sheet
const TITLES = { lovasz: "Lovász extension", jaccard: "Soft Jaccard loss", dice: "Soft Dice loss" };
const SQUARE = [[0, 0], [1, 0], [0, 1], [1, 1]];
const WRONG = ["none wrong", "pixel 1 wrong", "pixel 2 wrong", "both wrong"];
// The edges of the two flat facets between the corners of the square, which a curved sheet leaves.
const FACETS = [[0, 1], [1, 3], [0, 2], [2, 3], [0, 3]];

/** A place for a sheet: the map or the surface, `shape` times as high as wide. */
export function createPlace(store, shape) {
  const move = ({ x, y }) => store.set({ error_1: x, error_2: y }, "chart");
  const hundredth = (value) => Math.round(value * 100) / 100;
  const map = heatMap("", ({ x, y }) => move({ x: hundredth(x), y: hundredth(y) }));
  const solid = surface("", (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"), {
    shape, tallest: 360, onMove: (pointer, view) => move(placeUnder(pointer, view, shown.at)),
  });
  const sheetOf = remember(createSheet);
  let shown = null;
  return {
    element: h("div.sg-lovasz-map", map.element, solid.element),
    /** Draw the loss `name` at a state, `now`; `old` is what was drawn before, with its name. */
    update(name, { turn, view }, { truth, errors }, old) {
      const [, , ...held] = errors;
      const key = JSON.stringify([name, truth, held, view]);
      shown = sheetOf(key, { key, name, truth, held, view });
      const [point, before] = [{ name, truth, errors }, old].map((of) => of && pointOf(of));
      const hasMoved = before && ["x", "y", "z"].some((axis) => before[axis] !== point[axis]);
      const flat = view === "flat";
      map.element.hidden = !flat;
      solid.element.hidden = flat;
      (flat ? map : solid).update({
        ...shown, turn, point,
        before: hasMoved ? before : null,
        label: `${shown.title}, over the errors of pixels 1 and 2; the point is at ${point.x}, `
          + `${point.y}. The results give its values.`,
      });
    },
    stop() { map.stop(); solid.stop(); },
  };
}

function lossAt(name, truth, errors) {
  return name === "lovasz" ? extension(truth, errors).value : softLoss(name, truth, errors);
}

/** Where the point of a loss is, and how high. */
function pointOf({ name, truth, errors }) {
  return { x: errors[0], y: errors[1], z: lossAt(name, truth, errors) };
}

/** What is drawn of a loss wherever the point is: a model of both the map and the surface. */
function createSheet({ key, name, truth, held, view }) {
  const at = (x, y) => lossAt(name, truth, [x, y, ...held]);
  const corners = SQUARE.map(([x, y]) => [x, y, at(x, y)]);
  const isFlat = name === "lovasz";
  const stops = isFlat ? [...new Set([0, ...held, 1])].sort((a, b) => a - b) : STOPS;
  // With a third pixel the corners of the plane are not corners of the cube.
  const isSquare = held.length === 0;
  const isMap = view === "flat";
  const axis = (number) => (
    { from: 0, to: 1, label: `error of pixel ${number}`, short: `error ${number}` }
  );
  return {
    key, at,
    title: TITLES[name] + (isSquare ? "" : ` at error 3 = ${rounded(held[0])}`),
    marks: isSquare ? corners.map(([x, y, z], k) => (
      { x, y, z, text: rounded(z), words: WRONG[k] }
    )) : [],
    edges: isFlat ? creases(truth, held) : (isSquare && !isMap ? FACETS : []).map(
      ([i, j]) => ({ from: corners[i], to: corners[j] }),
    ),
    imagined: !isFlat,
    ruled: "#fffb",
    patches: () => patches(stops, at, `loss-${isFlat ? "lovasz_hinge" : name}`),
    x: axis(1), y: axis(2), height: { from: 0, to: 1, label: "loss" },
    columns: SIDE, rows: SIDE, values: isMap ? overPlane(SIDE, at) : [],
    domain: [0, 1], colors: "sequential", name: "loss", levels: LEVELS, arrows: [],
    describe: (x, y) => [
      `errors ${rounded(x)} and ${rounded(y)}`, `loss ${rounded(at(x, y))}`,
    ],
  };
}

// The Lovász extension and a soft loss over the errors of the first two pixels, flat or in
// perspective.

import { range, ticks } from "d3-array";

import { heatMap } from "../../charts/map.mjs";
import { overPlane, withinTurn } from "../../charts/plane.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { facets } from "./facets.mjs";
import { creases, extension, softLoss } from "./math.mjs";

const SIDE = 25; // nodes of a flat map along each axis
const SOFT_STOPS = range(11).map((step) => step / 10); // of the mesh of a curved sheet
const SOFT_TITLES = { jaccard: "Soft Jaccard loss", dice: "Soft Dice loss" };
const SQUARE = [[0, 0], [1, 0], [0, 1], [1, 1]];
// The edges of the facets that go through the corners of the square.
const FACETS = [
  [[0, 0], [1, 0]], [[1, 0], [1, 1]], [[0, 0], [0, 1]], [[0, 1], [1, 1]], [[0, 0], [1, 1]],
];
const WRONG = ["none wrong", "pixel 1 wrong", "pixel 2 wrong", "both wrong"];

/**
 * Both sheets, {lovasz, soft}, from {key (changes whenever one of them does), truth, held (the
 * third error, or nothing), soft (the name of the soft loss), view}.
 */
export function sheets({ key, truth, held, soft: name, view }) {
  const where = held.length > 0 ? ` at error 3 = ${rounded(held[0])}` : "";
  const edges = creases(truth, held);
  const soft = sheet((errors) => softLoss(name, truth, errors), held, view);
  return {
    lovasz: {
      ...sheet((errors) => extension(truth, errors).value, held, view),
      key: `lovasz ${key}`, title: `Lovász extension${where}`, edges, isCurved: false,
      folds: edges.map(({ from, to }) => [from, to]),
      stops: [...new Set([0, ...held, 1])].sort((a, b) => a - b),
      color: "var(--sg-loss-lovasz_hinge)",
    },
    soft: {
      ...soft,
      key: `soft ${key}`, title: `${SOFT_TITLES[name]}${where}`, edges: [], isCurved: true,
      folds: FACETS.flatMap(([from, to]) => (
        held.length > 0 ? [] : [[from, to].map(([x, y]) => [x, y, soft.at(x, y)])]
      )),
      stops: SOFT_STOPS, color: `var(--sg-loss-${name})`,
    },
  };
}

function sheet(lossOf, held, view) {
  const at = (x, y) => lossOf([x, y, ...held]);
  // With a third pixel the corners of the plane are not corners of the cube.
  const marks = held.length > 0 ? [] : SQUARE.map(([x, y], k) => (
    { x, y, z: at(x, y), text: rounded(at(x, y)), words: WRONG[k] }
  ));
  return { at, marks, values: view === "flat" ? overPlane(SIDE, at) : [] };
}

/** A place for a sheet: the map or the facets, `shape` times as high as wide. */
export function createPlace(store, shape) {
  const hundredth = (value) => Math.round(value * 100) / 100;
  const move = ({ x, y }) => {
    store.set({ error_1: hundredth(x), error_2: hundredth(y) }, "chart");
  };
  const map = heatMap("", move);
  const solid = facets(shape, move, (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"));
  return {
    element: h("div.sg-lovasz-map", map.element, solid.element),
    /** Draw the sheet, and where the point was, `before`, {x, y, z}, or null. */
    update(shown, state, before) {
      const flat = state.view === "flat";
      map.element.hidden = !flat;
      solid.element.hidden = flat;
      if (flat) map.update(mapModel(shown, state));
      else solid.update({ ...commonModel(shown, state), before, turn: state.turn });
    },
    stop() { map.stop(); solid.stop(); },
  };
}

function commonModel(shown, { error_1: x, error_2: y }) {
  return {
    ...shown,
    point: { x, y },
    label: `${shown.title}, over the errors of pixels 1 and 2; the point is at ${x}, ${y}. The `
      + "results give its values.",
  };
}

function mapModel(shown, state) {
  return {
    ...commonModel(shown, state),
    columns: SIDE, rows: SIDE, domain: [0, 1], colors: "sequential",
    x: { from: 0, to: 1, label: "error of pixel 1" },
    y: { from: 0, to: 1, label: "error of pixel 2" },
    name: "loss",
    levels: ticks(0, 1, 10).slice(1, -1),
    arrows: [],
    describe: (x, y) => [
      `errors ${rounded(x)} and ${rounded(y)}`, `loss ${rounded(shown.at(x, y))}`,
    ],
  };
}

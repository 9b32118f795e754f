// The Lovász extension and a soft loss over the errors of the first two pixels, flat or in
// perspective.

import { ticks } from "d3-array";

import { h } from "../../core/dom.mjs";
import { creases, extension, softLoss } from "./math.mjs";
import { heatMap } from "../../charts/map.mjs";
import { rounded } from "../../core/numbers.mjs";
import { overPlane, withinTurn } from "../../charts/plane.mjs";
import { surface } from "../../charts/surface.mjs";

const SIDES = { flat: 25, perspective: 17 }; // nodes along each axis
const SOFT_TITLES = { jaccard: "Soft Jaccard loss", dice: "Soft Dice loss" };

/**
 * Both sheets from {key (changes whenever one of them does), truth, held (the third error, or
 * nothing), soft (the name of the soft loss), view}.
 */
export function sheets({ key, truth, held, soft, view }) {
  const where = held.length > 0 ? ` at error 3 = ${rounded(held[0])}` : "";
  return [
    {
      ...sheet((errors) => extension(truth, errors).value, held, SIDES[view]),
      key, title: `Lovász extension${where}`, edges: creases(truth, held),
    },
    {
      ...sheet((errors) => softLoss(soft, truth, errors), held, SIDES[view]),
      key, title: `${SOFT_TITLES[soft]}${where}`, edges: [],
    },
  ];
}

function sheet(lossOf, held, side) {
  const at = (x, y) => lossOf([x, y, ...held]);
  const square = [[0, 0], [1, 0], [0, 1], [1, 1]];
  // With a third pixel the corners of the plane are not corners of the cube.
  const marks = held.length > 0 ? [] : square.map(([x, y]) => (
    { x, y, z: at(x, y), text: rounded(at(x, y)) }
  ));
  return { at, marks, side, values: overPlane(side, at) };
}

/** A place for a sheet: the map or the surface, whichever is looked at. */
export function createPlace(store) {
  const hundredth = (value) => Math.round(value * 100) / 100;
  const map = heatMap("", ({ x, y }) => {
    store.set({ error_1: hundredth(x), error_2: hundredth(y) }, "chart");
  });
  const solid = surface("", (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"));
  return {
    element: h("div", { class: "segloss-lovasz-map" }, map.element, solid.element),
    update(shown, state) {
      const flat = state.view === "flat";
      map.element.hidden = !flat;
      solid.element.hidden = flat;
      if (flat) map.update(mapModel(shown, state));
      else solid.update(surfaceModel(shown, state));
    },
    stop() { map.stop(); solid.stop(); },
  };
}

function commonModel({ key, title, side, values, marks, edges }, { error_1: x, error_2: y }) {
  return {
    key, title, values, marks, edges, columns: side, rows: side, domain: [0, 1],
    colors: "sequential",
    x: { from: 0, to: 1, label: "error of pixel 1" },
    y: { from: 0, to: 1, label: "error of pixel 2" },
    point: { x, y },
    label: `${title}, over the errors of pixels 1 and 2; the point is at ${x}, ${y}. The results `
      + "give its values.",
  };
}

function mapModel(shown, state) {
  return {
    ...commonModel(shown, state),
    name: "loss",
    levels: ticks(0, 1, 10).slice(1, -1),
    arrows: [],
    describe: (x, y) => [
      `errors ${rounded(x)} and ${rounded(y)}`, `loss ${rounded(shown.at(x, y))}`,
    ],
  };
}

function surfaceModel(shown, state) {
  const common = commonModel(shown, state);
  const { x, y } = common.point;
  return {
    ...common,
    x: { ...common.x, label: "error 1" },
    y: { ...common.y, label: "error 2" },
    point: { x, y, z: shown.at(x, y) },
    height: { from: 0, to: 1, label: "loss" },
    turn: state.turn,
  };
}

// The plane of overlap and false positives, as explorers of it draw it: each loss as a sheet over
// it, flat or in perspective, and two slices through the present point.

import { max, maxIndex, min, range } from "d3-array";

import { linearScale } from "./axes.mjs";
import { lineChart, swatch } from "./chart.mjs";
import { h } from "../core/dom.mjs";
import { choiceField, integerField, shareField } from "../core/fields.mjs";
import { heatMap } from "./map.mjs";
import { rounded } from "../core/numbers.mjs";
import { surface } from "./surface.mjs";

const AXES = {
  overlap: { from: 0, to: 1, name: "overlap", label: "overlap (probability on the object)" },
  false_positives: {
    from: 0, to: 1, name: "false positives", label: "false positives (probability beside it)",
  },
};
const ARROWS = 9; // along each axis
const ALONG = range(101).map((step) => step / 100); // where a slice is taken

/** The fields that every explorer of the plane has: the point, and how it is looked at. */
export function planeFields(point) {
  return {
    overlap: shareField({ initial: point.overlap, label: "Overlap" }),
    false_positives: shareField({ initial: point.false_positives, label: "False positives" }),
    view: choiceField({
      initial: "flat", label: "View", choices: { flat: "flat", perspective: "in perspective" },
    }),
    turn: integerField({
      initial: 330, label: "Turn", unit: "degrees", min: 0, max: 359,
      when: ({ view }) => view === "perspective",
    }),
  };
}

/** What `compute(x, y)` gives at `side` by `side` nodes, row by row from the lowest. */
export function overPlane(side, compute) {
  const steps = range(side).map((step) => step / (side - 1));
  return steps.flatMap((y) => steps.map((x) => compute(x, y)));
}

/**
 * A loss over the plane, from {key (changes whenever the loss does), title, look (colour, dash and
 * marker of its curve), name (beside it), side, values (at the nodes of `overPlane`), at(x, y)
 * giving {loss, slopeX, slopeY}, domain (the losses at the colours' ends), levels (where contours
 * run), extent (of its slices), bar (what the colours mean)}: with the arrows of descent on it.
 */
export function createSheet(parts) {
  const middles = range(ARROWS).map((i) => (i + 0.5) / ARROWS);
  const arrows = middles.flatMap((y) => middles.map((x) => {
    const { slopeX, slopeY } = parts.at(x, y);
    return { x, y, u: -slopeX, v: -slopeY };
  }));
  const [low, high] = parts.domain;
  return {
    ...parts,
    arrows,
    strongest: max(arrows, ({ u, v }) => Math.hypot(u, v)),
    heights: parts.values.map((value) => Math.min(Math.max(value, low), high)),
  };
}

/** Which pixels a loss pushes harder, and how many times. */
export function pushWords(object, background) {
  if (object === 0 && background === 0) return "pushes no pixel";
  if (background === 0) return "pushes the object alone";
  if (object === 0) return "pushes the background alone";
  const [more, less] = object >= background ? ["object", "background"] : ["background", "object"];
  const ratio = object >= background ? object / background : background / object;
  if (rounded(ratio) === "1") return "pushes object and background equally hard";
  return `pushes the ${more} ${rounded(ratio)} times as hard as the ${less}`;
}

/** The picture of the one or two sheets that `sheetsOf(state)` gives. */
export function drawPlane(store, fields, sheetsOf) {
  const places = [createPlace(store, fields), createPlace(store, fields)];
  const slices = [createSlice("overlap", store), createSlice("false_positives", store)];
  const hint = h("p", { class: "segloss-hint" });
  const parts = [...places, ...slices];
  const plane = h(
    "div", { class: "segloss-plane" },
    h("div", { class: "segloss-sheets" }, ...places.map(({ element }) => element), hint),
    h("div", { class: "segloss-slices" }, ...slices.map(({ element }) => element)),
  );
  return {
    charts: [plane],
    aside: null,
    update(state) {
      const sheets = sheetsOf(state);
      const strongest = max(sheets, (sheet) => sheet.strongest);
      plane.classList.toggle("pair", sheets.length > 1);
      places.forEach((place, i) => place.update(sheets[i] ?? null, state, strongest));
      for (const slice of slices) slice.update(sheets, state);
      hint.textContent = hintOf(sheets, state);
    },
    stop() { for (const part of parts) part.stop(); },
  };
}

function hintOf(sheets, { view }) {
  if (view === "perspective") {
    return "Drag a surface to turn it; the charts and sliders move the point.";
  }
  const scale = sheets.length > 1 ? "On one scale for both maps, an" : "An";
  return "Drag the point. The arrows show where gradient descent moves the two probabilities. "
    + `${scale} arrow is drawn twice as long where the slope is four times as steep.`;
}

/** A place for a sheet: under its title the map or the surface, whichever is looked at. */
function createPlace(store, { overlap, false_positives }) {
  const hundredth = (field, value) => field.positions[field.nearest(value)];
  const map = heatMap("", ({ x, y }) => store.set({
    overlap: hundredth(overlap, x), false_positives: hundredth(false_positives, y),
  }, "chart"));
  const solid = surface("", (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"));
  const title = h("div", { class: "segloss-sheet-title" });
  const element = h("div", { class: "segloss-sheet" }, title, map.element, solid.element);
  let titled = null;

  function show(sheet, state, strongest) {
    const flat = state.view === "flat";
    map.element.hidden = !flat;
    solid.element.hidden = flat;
    if (titled !== sheet.title) title.replaceChildren(swatch(sheet.look), sheet.title);
    titled = sheet.title;
    if (flat) map.update(mapModel(sheet, state, strongest));
    else solid.update(surfaceModel(sheet, state));
  }
  return {
    element,
    update(sheet, state, strongest) {
      element.hidden = sheet === null;
      if (sheet !== null) show(sheet, state, strongest);
    },
    stop() { map.stop(); solid.stop(); },
  };
}

/** Whole degrees from 0 to 359. */
export function withinTurn(degrees) {
  return ((Math.round(degrees) % 360) + 360) % 360;
}

function commonModel({ key, title, side, values, domain, bar }, { overlap, false_positives }) {
  return {
    key, x: AXES.overlap, y: AXES.false_positives, columns: side, rows: side, values, domain,
    colors: "sequential", name: bar, point: { x: overlap, y: false_positives },
    label: `${title} over overlap and false positives; the point is at ${overlap}, `
      + `${false_positives}. The results give its values.`,
  };
}

function mapModel(sheet, state, strongest) {
  return {
    ...commonModel(sheet, state),
    levels: sheet.levels,
    arrows: sheet.arrows,
    strongest,
    describe: (x, y) => {
      const { loss, slopeX, slopeY } = sheet.at(x, y);
      return [
        `overlap ${rounded(x)}, false positives ${rounded(y)}`, `loss ${rounded(loss)}`,
        `slopes ${rounded(slopeX)} and ${rounded(slopeY)}`,
      ];
    },
  };
}

function surfaceModel(sheet, state) {
  const [low, high] = sheet.domain;
  const { loss } = sheet.at(state.overlap, state.false_positives);
  const common = commonModel({ ...sheet, values: sheet.heights }, state);
  const z = Math.min(Math.max(loss, low), high);
  return {
    ...common,
    point: { ...common.point, z },
    turn: state.turn,
    height: { from: low, to: high, label: "loss" },
    x: { ...common.x, label: "overlap" },
    y: { ...common.y, label: "false positives" },
  };
}

/** The losses along one axis of the plane, the other coordinate held where it is. */
function createSlice(axis, store) {
  const other = axis === "overlap" ? "false_positives" : "overlap";
  const chart = lineChart(`Loss along ${AXES[axis].name}`, (value) => {
    store.set({ [axis]: value }, "chart");
  });
  const atOf = (state) => (sheet, value) => {
    const at = { ...state, [axis]: value };
    return sheet.at(at.overlap, at.false_positives).loss;
  };
  return {
    element: chart.element,
    update(sheets, state) {
      const at = atOf(state);
      const extent = [min(sheets, (s) => s.extent[0]), max(sheets, (s) => s.extent[1])];
      chart.update({
        key: [state[other], ...sheets.map(({ key }) => key)].join(),
        positions: ALONG,
        xScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
        yScale: (pixelRange) => linearScale(extent, pixelRange, 5),
        xName: AXES[axis].name,
        xLabel: AXES[axis].label,
        now: state[axis],
        mark: null,
        describe: (loss) => `loss ${rounded(loss)}`,
        label: `Loss over ${AXES[axis].name}, ${AXES[other].name} held at ${state[other]}.`,
        curves: curvesOf(sheets, state, at, axis),
      });
    },
    stop: chart.stop,
  };
}

function curvesOf(sheets, state, at, axis) {
  const values = sheets.map((sheet) => ALONG.map((value) => at(sheet, value)));
  return sheets.map((sheet, i) => ({
    ...sheet.look, key: String(i), name: sheet.name, chosen: i === 0, values: values[i],
    now: at(sheet, state[axis]), labelAt: freest(values[i], values[1 - i]),
  }));
}

/** Where a name above its curve has room: the curve's high end, or where it is furthest above. */
function freest(own, other = null) {
  if (other === null) return own.at(-1) > own[0] ? own.length - 1 : 8;
  return maxIndex(range(8, 88), (i) => own[i] - other[i]) + 8;
}

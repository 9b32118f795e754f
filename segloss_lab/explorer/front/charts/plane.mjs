// The plane of overlap and false positives, as explorers of it draw it: each loss as a sheet over
// it, flat or in perspective, and two slices through the present point.

import { max, min, range } from "d3-array";

import { linearScale } from "./axes.mjs";
import { lineChart, swatch } from "./chart.mjs";
import { h } from "../core/dom.mjs";
import { choiceField, integerField, shareField } from "../core/fields.mjs";
import { heatMap } from "./map.mjs";
import { rounded } from "../core/numbers.mjs";
import { surface } from "./surface.mjs";

const AXES = {
  overlap: {
    from: 0, to: 1, name: "overlap", short: "overlap", label: "overlap (probability on the object)",
  },
  false_positives: {
    from: 0, to: 1, name: "false positives", short: "false positives",
    label: "false positives (probability beside it)",
  },
};
const FIGURE = 330; // pixels that a map of a figure is high at most
const FIGURE_SURFACE = 400; // and a surface
const BENCH = 250;
const BENCH_SURFACE = 330;
const SLICE = 200; // pixels
const PATH = range(9).map((step) => step / 8); // where an arrow over a surface is drawn
const PATH_LENGTH = 0.13; // of such an arrow, in the plane's units, for a slope of 1
const LONGEST_PATH = 0.3;
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
 * run), extent (of its slices), bar (what the colours mean), steady (whether they mean the same in
 * any state: then the numbers of the contours are enough)}: with the arrows of descent on it.
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

/** The numbers that an explorer of the plane shows as a figure. */
export const NUMBERS = ["loss", "gradient_object", "gradient_background"];

/**
 * What is seen, or what the last move did: of losses {name, loss, object, background}, the first
 * being the one that is followed, and of that one `before`, or null.
 */
export function planeChange(losses, before) {
  const pushes = losses.map(({ name, object, background }) => (
    `${name} ${pushWords(Math.abs(object), Math.abs(background))}`
  )).join("; ");
  if (before === null) return `At this point ${pushes}.`;
  if (losses.length > 1) return `${lossMove(losses[0].loss - before.loss)} ${pushes}.`;
  const [now] = losses;
  const moves = ["object", "background"].map((part) => (
    strengthWords(Math.abs(now[part]), Math.abs(before[part]))
  ));
  const both = moves[0] === moves[1]
    ? `Both pushes are ${moves[0]}.`
    : `The pull on the object is ${moves[0]}, the push on the background ${moves[1]}.`;
  return `${lossMove(now.loss - before.loss)} ${both}`;
}

function lossMove(by) {
  if (Math.abs(by) < 1e-12) return "The loss is the same.";
  return `The loss ${by > 0 ? "rises" : "falls"} by ${rounded(Math.abs(by))}.`;
}

function strengthWords(now, before) {
  if (now === before) return "as before";
  if (now === 0) return "gone";
  if (before === 0) return `${rounded(now)} where there was none`;
  const times = rounded(Math.max(now / before, before / now));
  return times === "1" ? "nearly as before" : `${times} times ${now > before ? "stronger" : "weaker"}`;
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

/**
 * The picture of the one or two sheets that `sheetsOf(state)` gives: in a figure each with the
 * arrow of descent at the point, on the bench with many, and with slices through the point.
 */
export function drawPlane(store, fields, sheetsOf, layout) {
  const figure = layout === "figure";
  const places = [createPlace(store, fields, figure), createPlace(store, fields, figure)];
  const slices = figure
    ? [] : [createSlice("overlap", store), createSlice("false_positives", store)];
  const hint = h("p.sg-hint");
  const parts = [...places, ...slices];
  const plane = h(
    "div.sg-plane",
    h("div.sg-sheets", ...places.map(({ element }) => element)),
    ...(figure ? [] : [hint]),
    h("div.sg-slices", ...slices.map(({ element }) => element)),
  );
  return {
    charts: [plane],
    aside: null,
    bottom: null,
    update(state, before) {
      const sheets = sheetsOf(state);
      const strongest = max(sheets, (sheet) => sheet.strongest);
      const past = before === null || samePoint(state, before) ? null : before;
      plane.classList.toggle("pair", sheets.length > 1);
      places.forEach((place, i) => place.update(sheets[i] ?? null, state, { past, strongest }));
      for (const slice of slices) slice.update(sheets, state, past);
      hint.textContent = hintOf(sheets, state);
    },
    stop() { for (const part of parts) part.stop(); },
  };
}

function samePoint(one, other) {
  return one.overlap === other.overlap && one.false_positives === other.false_positives;
}

function hintOf(sheets, { view }) {
  if (view === "perspective") {
    return "Drag a surface to turn it; the charts and sliders move the point.";
  }
  const scale = sheets.length > 1 ? ", on one scale for both maps" : "";
  return `Arrows: where gradient descent moves the two; twice as long, four times as steep${scale}.`;
}

/** A place for a sheet: under its title the map or the surface, whichever is looked at. */
function createPlace(store, { overlap, false_positives }, figure) {
  const hundredth = (field, value) => field.positions[field.nearest(value)];
  const map = heatMap("", ({ x, y }) => store.set({
    overlap: hundredth(overlap, x), false_positives: hundredth(false_positives, y),
  }, "chart"), { tallest: figure ? FIGURE : BENCH });
  const solid = surface("", (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"), {
    tallest: figure ? FIGURE_SURFACE : BENCH_SURFACE,
  });
  const title = h("div.sg-sheet-title");
  const element = h("div.sg-sheet", title, map.element, solid.element);
  let titled = null;

  function show(sheet, state, { past, strongest }) {
    const flat = state.view === "flat";
    const shown = { sheet, state, past, figure };
    map.element.hidden = !flat;
    solid.element.hidden = flat;
    if (titled !== sheet.title) title.replaceChildren(swatch(sheet.look), sheet.title);
    titled = sheet.title;
    if (flat) map.update(mapModel(shown, strongest));
    else solid.update(surfaceModel(shown));
  }
  return {
    element,
    update(sheet, state, around) {
      element.hidden = sheet === null;
      if (sheet !== null) show(sheet, state, around);
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

function mapModel({ sheet, state, past, figure }, strongest) {
  const common = commonModel(sheet, state);
  const pointOf = figure ? descentAt : placeAt;
  return {
    ...common,
    levels: sheet.levels,
    arrows: figure ? [] : sheet.arrows,
    numbered: figure,
    name: figure && sheet.steady ? null : sheet.bar,
    point: pointOf(sheet, state),
    before: past && pointOf(sheet, past),
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

function placeAt(sheet, { overlap, false_positives }) {
  return { x: overlap, y: false_positives };
}

/** The point, and where descent moves it: at an edge of the plane, along that edge. */
function descentAt(sheet, { overlap: x, false_positives: y }) {
  const { slopeX, slopeY } = sheet.at(x, y);
  const inward = (at, step) => ((at === 0 && step < 0) || (at === 1 && step > 0) ? 0 : step);
  return { x, y, u: inward(x, -slopeX), v: inward(y, -slopeY) };
}

function surfaceModel({ sheet, state, past, figure }) {
  const [low, high] = sheet.domain;
  const common = commonModel({ ...sheet, values: sheet.heights }, state);
  const onSurface = ({ x, y }) => (
    { x, y, z: Math.min(Math.max(sheet.at(x, y).loss, low), high) }
  );
  return {
    ...common,
    point: onSurface(common.point),
    before: past && onSurface(placeAt(sheet, past)),
    path: figure ? pathOf(descentAt(sheet, state), onSurface) : [],
    turn: state.turn,
    height: { from: low, to: high, label: "loss" },
    x: { ...common.x, label: "overlap" },
    y: { ...common.y, label: "false positives" },
  };
}

/** From the point as far over the surface as descent goes, no further than the plane does. */
function pathOf({ x, y, u, v }, onSurface) {
  const slope = Math.hypot(u, v);
  const shorter = Math.min(1, LONGEST_PATH / (PATH_LENGTH * slope));
  const within = (at) => Math.min(Math.max(at, 0), 1);
  const places = PATH.map((part) => onSurface({
    x: within(x + part * shorter * PATH_LENGTH * u), y: within(y + part * shorter * PATH_LENGTH * v),
  }));
  return slope * PATH_LENGTH < 0.005 ? [] : places.map((place) => [place.x, place.y, place.z]);
}

/** The losses along one axis of the plane, the other coordinate held where it is. */
function createSlice(axis, store) {
  const other = axis === "overlap" ? "false_positives" : "overlap";
  const chart = lineChart(`Loss along ${AXES[axis].name}`, (value) => {
    store.set({ [axis]: value }, "chart");
  }, () => SLICE);
  const atOf = (state) => (sheet, value) => {
    const at = { ...state, [axis]: value };
    return sheet.at(at.overlap, at.false_positives).loss;
  };
  return {
    element: chart.element,
    update(sheets, state, past) {
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
        before: past === null || past[axis] === state[axis] ? null : past[axis],
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
  return sheets.map((sheet, i) => ({
    ...sheet.look, key: String(i), name: sheet.name, chosen: i === 0,
    values: ALONG.map((value) => at(sheet, value)), now: at(sheet, state[axis]),
  }));
}

// The plane of overlap and false positives, as explorers of it draw it: each loss as a sheet over
// it, flat or in perspective, and two slices through the present point.

import { max, min, range } from "d3-array";

import { linearScale } from "./axes.mjs";
import { lineChart, swatch } from "./chart.mjs";
import { h } from "../core/dom.mjs";
import { choiceField, integerField, shareField } from "../core/fields.mjs";
import { heatMap } from "./map.mjs";
import { pixels, rounded } from "../core/numbers.mjs";
import { surface } from "./surface.mjs";
import { refill, set } from "./svg.mjs";

const AXES = {
  overlap: nameAxis("overlap", "on the object"),
  false_positives: nameAxis("false positives", "beside it"),
};
const TALLEST = { figure: [330, 400], bench: [250, 330] }; // pixels, of a map and of a surface
const SLICE = 180; // pixels
const ARROWS_SAY = "Arrows: where descent moves both, on one scale; "
  + "twice as long, 4 times as steep.";
const SURFACE_SAYS = "Drag a surface to turn it; the charts and sliders move the point.";
const PATH = range(9).map((step) => step / 8); // where an arrow over a surface is drawn
const PATH_LENGTH = 0.13; // of such an arrow, in the plane's units, for a slope of 1
const LONGEST_PATH = 0.3;
const ARROWS = 9; // along each axis
const ALONG = range(101).map((step) => step / 100); // where a slice is taken

function nameAxis(name, where) {
  return { from: 0, to: 1, name, short: name, label: `${name} (probability ${where})` };
}

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

/** What an explorer of the plane tells in numbers of a loss {loss, object, background}. */
export function planeQuantities(name, { loss, object, background }, { size }) {
  return [
    ["loss", name, loss],
    ["gradient", "largest push, |dL/dp|", largest({ object, background })],
    ["gradient_object", "dL/dp, object", object],
    ["gradient_background", "dL/dp, background", background],
    ["slope_overlap", "slope along overlap", size * object],
    ["slope_false_positives", "slope along false positives", size * background],
  ].map(([key, label, value]) => ({ name: key, label, value }));
}

export function largest({ object, background }) {
  return Math.max(Math.abs(object), Math.abs(background));
}

/** And in words: of one or two losses, {title, loss, object, background}. */
export function planeSummary({ size, overlap, false_positives: beside }, losses) {
  const words = losses.map((each) => (
    `${each.title} is ${rounded(each.loss)} and ${pushWords(each)}`
  ));
  return `An object of ${pixels(size)}, predicted with probability ${rounded(overlap)}, and as many `
    + `pixels beside it, predicted with ${rounded(beside)}: ${words.join("; ")}.`;
}

/**
 * What is seen, or what the last move did: of losses {name, loss, object, background}, the first
 * being the one that is followed, and of that one `before`, or null.
 */
export function planeChange(losses, before) {
  const [now] = losses;
  const pushes = losses.map((each) => `${each.name} ${pushWords(each)}`).join("; ");
  if (before === null) return `At this point ${pushes}.`;
  const by = now.loss - before.loss;
  const moved = Math.abs(by) < 1e-12 ? "The loss is the same."
    : `The loss ${by > 0 ? "rises" : "falls"} by ${rounded(Math.abs(by))}.`;
  if (losses.length > 1) return `${moved} ${pushes}.`;
  const [object, background] = ["object", "background"].map((part) => (
    strengthWords(Math.abs(now[part]), Math.abs(before[part]))
  ));
  return object === background
    ? `${moved} Pull and push are both ${object}.`
    : `${moved} The pull on the object is ${object}, the push on the background ${background}.`;
}

function strengthWords(now, before) {
  if (now === before) return "as before";
  if (now === 0) return "gone";
  if (before === 0) return `${rounded(now)} where there was none`;
  const times = rounded(Math.max(now / before, before / now));
  return times === "1" ? "nearly as before" : `${times} times ${now > before ? "stronger" : "weaker"}`;
}

/** Which pixels a loss moves harder, and how many times: up it pulls, down it pushes. */
function pushWords(slopes) {
  const act = (name) => `${slopes[name] < 0 ? "pulls" : "pushes"} the ${name}`;
  const parts = ["object", "background"].map((name) => [name, Math.abs(slopes[name])]);
  const [[more, most], [less, least]] = parts.toSorted((a, b) => b[1] - a[1]);
  if (most === 0) return "pushes no pixel";
  if (least === 0) return `${act(more)} alone`;
  const times = rounded(most / least);
  return `${act(more)} ${times === "1" ? "" : `${times} times `}as hard as it ${act(less)}`;
}

/**
 * The picture of the one or two sheets that `sheetsOf(state)` gives: in a figure each with the
 * arrow of descent at the point, on the bench with many, and with slices through the point.
 */
export function drawPlane(store, sheetsOf, layout) {
  const places = range(2).map(() => createPlace(store, layout));
  const sliced = layout === "figure" ? [] : Object.keys(AXES);
  const slices = sliced.map((axis) => createSlice(axis, store));
  const hint = h("p.sg-hint");
  const elementsOf = (parts) => parts.map(({ element }) => element);
  const plane = h(
    "div.sg-plane",
    h("div.sg-sheets", ...elementsOf(places)), hint, h("div.sg-slices", ...elementsOf(slices)),
  );
  return {
    charts: [plane],
    update(state, before) {
      const sheets = sheetsOf(state);
      const strongest = max(sheets, (sheet) => sheet.strongest);
      const past = before === null || samePoint(state, before) ? null : before;
      plane.classList.toggle("pair", sheets.length > 1);
      places.forEach((place, i) => place.update(sheets[i], state, { past, strongest }));
      for (const slice of slices) slice.update(sheets, state, past);
      set(hint, { text: state.view === "flat" ? ARROWS_SAY : SURFACE_SAYS });
    },
    stop() { for (const part of [...places, ...slices]) part.stop(); },
  };
}

function samePoint(one, other) {
  return one.overlap === other.overlap && one.false_positives === other.false_positives;
}

/** A place for a sheet: under its title the map or the surface, whichever is looked at. */
function createPlace(store, layout) {
  const figure = layout === "figure";
  const [tallest, tallestSurface] = TALLEST[layout];
  const hundredth = (value) => Math.round(value * 100) / 100;
  const map = heatMap("", ({ x, y }) => store.set({
    overlap: hundredth(x), false_positives: hundredth(y),
  }, "chart"), { tallest });
  const solid = surface("", (degrees) => store.set({ turn: withinTurn(degrees) }, "chart"), {
    tallest: tallestSurface,
  });
  const title = h("div.sg-sheet-title");
  const element = h("div.sg-sheet", title, map.element, solid.element);
  return {
    element,
    /** Draw the sheet, if there is one. */
    update(sheet, state, { past, strongest }) {
      element.hidden = !sheet;
      if (!sheet) return;
      const flat = state.view === "flat";
      const shown = { sheet, state, past, figure, strongest };
      map.element.hidden = !flat;
      solid.element.hidden = flat;
      refill(title, sheet.title, () => [swatch(sheet.look), sheet.title]);
      if (flat) map.update(mapModel(shown));
      else solid.update(surfaceModel(shown));
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

function mapModel({ sheet, state, past, figure, strongest }) {
  const pointOf = figure ? descentAt : placeAt;
  return {
    ...commonModel(sheet, state),
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
  return {
    ...chart,
    update(sheets, state, past) {
      const at = (sheet, value) => {
        const { overlap, false_positives: beside } = { ...state, [axis]: value };
        return sheet.at(overlap, beside).loss;
      };
      const extent = [min(sheets, (s) => s.extent[0]), max(sheets, (s) => s.extent[1])];
      chart.update({
        key: [state[other], ...sheets.map(({ key }) => key)].join(),
        positions: ALONG,
        xScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
        yScale: (pixelRange) => linearScale(extent, pixelRange, 5),
        xName: AXES[axis].name,
        xLabel: AXES[axis].name,
        now: state[axis],
        before: past === null || past[axis] === state[axis] ? null : past[axis],
        describe: (loss) => `loss ${rounded(loss)}`,
        label: `Loss over ${AXES[axis].name}, ${AXES[other].name} held at ${state[other]}.`,
        curves: sheets.map((sheet, i) => ({
          ...sheet.look, key: String(i), name: sheet.name, chosen: i === 0,
          values: ALONG.map((value) => at(sheet, value)), now: at(sheet, state[axis]),
        })),
      });
    },
  };
}

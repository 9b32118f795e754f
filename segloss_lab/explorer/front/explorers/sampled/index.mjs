// A loss of the reader's own, sampled by Python on the plane of overlap and false positives.
//
// The state carries the samples and has a field for every setting at which they were taken: what
// fields there are depends on the samples. Between the nodes loss and slopes are interpolated; at
// them the slopes are finite differences of second order.

import { extent, ticks } from "d3-array";

import { choiceField, hiddenField, pickField } from "../../core/fields.mjs";
import { rounded } from "../../core/numbers.mjs";
import planeStyle from "../../charts/plane.css";
import {
  NUMBERS, createSheet, drawPlane, planeChange, planeFields, planeQuantities, planeSummary,
} from "../../charts/plane.mjs";
import { remember } from "../../core/remember.mjs";

const LOOK = { color: "var(--sg-accent)", dash: [], marker: "circle" };
const POINT = { overlap: 0.5, false_positives: 0.5 };

export const sampled = { kind: "sampled", of: (get) => explorerOf(get("samples")) };

/**
 * The explorer of samples {name, side, settings, values}: the loss's name; the nodes along each
 * axis; the values of each setting, by name, in the order in which they run, the last fastest; and
 * the losses as float32 in base64, a square for each combination, its rows from the lowest y.
 */
function explorerOf(samples) {
  check(samples);
  const table = createTable(samples);
  const fields = fieldsOf(samples);
  return {
    kind: sampled.kind,
    style: planeStyle,
    fields,
    controls: [
      { title: "Prediction", names: ["overlap", "false_positives", "view", "turn"] },
      { title: "Sampled settings", names: Object.keys(samples.settings) },
    ],
    quantities: (state) => planeQuantities(samples.name, evaluate(table, state), state),
    summary: (state) => summary(table, state),
    change: (state, before) => (
      planeChange([evaluate(table, state)], before && evaluate(table, before))
    ),
    figure: {
      numbers: NUMBERS,
      show: ["overlap", "false_positives", ...movable(samples).slice(0, 1)],
      caption: `${samples.name} over how much of an object is found and how much is predicted `
        + "beside it, with its contours. Drag the point. The arrow is where descent moves it, as "
        + `long as the loss is steep. Sampled at ${samples.side} × ${samples.side} points.`,
    },
    draw: (store, layout) => draw(table, store, layout),
  };
}

/** An error for what cannot be samples; a page has them from a file, and files break. */
function check(samples) {
  const { name, side, settings, values } = samples ?? {};
  const right = typeof name === "string" && Number.isInteger(side) && side > 2
    && typeof values === "string" && /^[\w+/=]*$/.test(values) && isRecord(settings) && Object.hasOwn(settings, "size")
    && Object.values(settings).every((list) => Array.isArray(list) && list.length > 0);
  if (!right) throw new RangeError("its samples must have a name, side, settings and values");
}

function isRecord(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function fieldsOf(samples) {
  const settings = Object.entries(samples.settings).map(([name, values]) => (
    [name, settingField(name, values)]
  ));
  return {
    // Compared by what it says: a host may hand over the same samples as another object.
    samples: hiddenField({
      initial: samples, fixed: true, expected: "what was sampled",
      accepts: (given) => JSON.stringify(given) === JSON.stringify(samples),
    }),
    ...planeFields(POINT),
    ...Object.fromEntries(settings),
  };
}

/** Numbers have a slider, anything else a list of words; a single value has nothing to be moved. */
function settingField(name, values) {
  const [label, unit] = name === "size" ? ["Object size", "pixels"] : [name, ""];
  const when = () => values.length > 1;
  if (values.every((value) => typeof value === "number")) {
    return pickField({ label, unit, positions: values, when });
  }
  const choices = Object.fromEntries(values.map((value) => [value, value]));
  return choiceField({ initial: values[0], label, choices, when });
}

/** The samples ready for use: {samples, ends (of all losses), surfaceAt(state)}. */
function createTable(samples) {
  const all = lossesOf(samples);
  const [low, high] = extent(all);
  const surfaceOf = remember((place) => createSurface(all, samples.side, place));
  return {
    samples,
    ends: low === high ? [low - 0.5, high + 0.5] : [low, high],
    surfaceAt(state) {
      const place = placeOf(samples.settings, state);
      return surfaceOf(place, place);
    },
  };
}

function lossesOf({ values, side, settings }) {
  const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
  const expected = Object.values(settings).reduce((n, list) => n * list.length, side ** 2);
  if (bytes.length !== 4 * expected) {
    throw new RangeError(`its samples must hold ${expected} losses, got ${bytes.length / 4}`);
  }
  return Float64Array.from(new Float32Array(bytes.buffer));
}

/** The losses of one combination of settings, and loss and slopes anywhere between them. */
function createSurface(all, side, place) {
  const losses = all.slice(place * side ** 2, (place + 1) * side ** 2);
  return { place, losses, at: interpolation(losses, side) };
}

/** Which of the combinations the state stands at: the last setting runs fastest. */
function placeOf(settings, state) {
  return Object.entries(settings).reduce(
    (at, [name, values]) => at * values.length + values.indexOf(state[name]), 0,
  );
}

/** Loss and slopes anywhere on the plane, from the losses at its nodes. */
function interpolation(losses, side) {
  const slopesX = differences(losses, side, 1);
  const slopesY = differences(losses, side, side);
  return (x, y) => {
    const [i, right] = cellOf(x, side);
    const [j, up] = cellOf(y, side);
    const between = (nodes) => {
      const at = j * side + i;
      const below = nodes[at] * (1 - right) + nodes[at + 1] * right;
      const above = nodes[at + side] * (1 - right) + nodes[at + side + 1] * right;
      return below * (1 - up) + above * up;
    };
    return { loss: between(losses), slopeX: between(slopesX), slopeY: between(slopesY) };
  };
}

/** The cell in which a coordinate lies, and how far through it. */
function cellOf(coordinate, side) {
  const place = coordinate * (side - 1);
  const cell = Math.min(Math.floor(place), side - 2);
  return [cell, place - cell];
}

/** Second-order differences of the nodes along the axis on which neighbours are `step` apart. */
function differences(losses, side, step) {
  const gap = 1 / (side - 1);
  return losses.map((loss, at) => {
    const along = Math.floor(at / step) % side;
    const inward = along === 0 ? 1 : -1;
    if (along > 0 && along < side - 1) return (losses[at + step] - losses[at - step]) / (2 * gap);
    const [next, second] = [losses[at + inward * step], losses[at + 2 * inward * step]];
    return (inward * (-3 * loss + 4 * next - second)) / (2 * gap);
  });
}

/** The loss at the state's point: {name, title, loss, object, background}. */
function evaluate({ samples, surfaceAt }, state) {
  const { loss, slopeX, slopeY } = surfaceAt(state).at(state.overlap, state.false_positives);
  return {
    name: samples.name, title: titleOf(samples, state),
    loss, object: slopeX / state.size, background: slopeY / state.size,
  };
}

function summary(table, state) {
  const { side } = table.samples;
  return `${planeSummary(state, [evaluate(table, state)])} Sampled at ${side} × ${side} points, `
    + "straight between them; slopes are finite differences.";
}

/** The settings of several values, the loss's own before the object's size. */
function movable({ settings }) {
  const several = Object.keys(settings).filter((name) => settings[name].length > 1);
  return several.toSorted((a, b) => Number(a === "size") - Number(b === "size"));
}

/** The name of the loss and its settings but for the size: "my_loss (smooth 1)". */
function titleOf({ name, settings }, state) {
  const text = (value) => (typeof value === "number" ? rounded(value) : value);
  const given = Object.keys(settings).filter((setting) => setting !== "size")
    .map((setting) => `${setting} ${text(state[setting])}`);
  return given.length === 0 ? name : `${name} (${given.join(", ")})`;
}

function draw(table, store, layout) {
  const sheet = remember((state) => sheetOf(table, state));
  return drawPlane(store, (state) => [sheet(table.surfaceAt(state).place, state)], layout);
}

function sheetOf(table, state) {
  const { place, losses, at } = table.surfaceAt(state);
  const [low, high] = table.ends;
  return createSheet({
    key: String(place),
    title: titleOf(table.samples, state),
    look: LOOK,
    name: table.samples.name,
    side: table.samples.side,
    values: Array.from(losses),
    at,
    domain: table.ends,
    levels: ticks(low, high, 10).filter((level) => level > low && level < high),
    extent: table.ends,
    bar: "loss; one scale for all sampled settings",
  });
}

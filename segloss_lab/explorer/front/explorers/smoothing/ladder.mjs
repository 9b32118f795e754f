// The bench: loss and largest push over smooth or eps for a ladder of objects, the table of
// conventions below, and a table of the ladder's values beside.

import { extent } from "d3-array";

import palette from "../../../../palette.json";
import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart, swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { count, rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { conventionTable } from "./conventions.mjs";
import { axisOf, fields } from "./fields.mjs";
import { emptyPeak, evaluate } from "./math.mjs";
import { numberTable } from "./table.mjs";

const KEPT = 24; // curves remembered: those of a state, of the one before, and of the next

export function drawLadder(store) {
  const move = (value) => store.set({ [axisOf(store.get())]: value }, "chart");
  // So high that both stand with the tables in one window.
  const loss = lineChart("Dice loss", move, () => 196);
  const push = lineChart("Largest push on a pixel, |dL/dp|", move, () => 226);
  const table = numberTable("sg-rungs");
  const conventions = conventionTable((state) => evaluate(state).loss);
  const curveOf = remember(curve, KEPT);
  return {
    charts: [loss.element, push.element, conventions.element],
    aside: table.element,
    bottom: null,
    update(state, before) {
      const axis = axisOf(state);
      const now = state[axis];
      const key = keyOf(state);
      const objects = ladder(state).map((object) => {
        const own = { ...state, size: object.size };
        return { ...object, now: evaluate(own), along: curveOf(keyOf(own), own) };
      });
      const modelOf = (quantity, name, yScale) => ({
        key, now, before: before?.[axis] ?? null, mark: null, yScale,
        positions: fields[axis].positions, xName: axis, xLabel: `${axis} (pixels)`,
        xScale: (pixelRange) => zeroLogScale([-7, 5], pixelRange, 2),
        describe: (value) => `${name} ${rounded(value)}`,
        label: `${name} over ${axis}, one curve for each object size; the table gives the values.`,
        curves: objects.map((object) => ({
          ...object, now: object.now[quantity], values: object.along.map((each) => each[quantity]),
        })),
      });
      loss.update(modelOf("loss", "Dice loss", lossScale));
      push.update({
        ...modelOf("largest", "largest |dL/dp|", pushScale(objects)),
        mark: axis === "smooth" ? emptyPeak(state) : null,
        namesAt: "start", // a decade apart; at the other end all are one
      });
      table.update("The ladder at these settings", HEADS, rowsOf(objects));
      conventions.update(state);
    },
    stop() { loss.stop(); push.stop(); },
  };
}

/** The rungs of the ladder, the chosen object among them, last, so that it is drawn on top. */
function ladder({ size }) {
  const rungs = palette.ladder.map((rung) => ({
    ...rung, key: String(rung.size), chosen: rung.size === size, color: colorOf(rung.size),
  }));
  if (!rungs.some(({ chosen }) => chosen)) {
    const look = { color: between(size), dash: [], marker: "circle" };
    rungs.push({ key: "chosen", size, chosen: true, ...look });
  }
  return rungs.map((rung) => ({ ...rung, name: rung.size === 0 ? "empty" : count(rung.size) }));
}

function colorOf(size) {
  return `var(--sg-ladder-${size})`;
}

/** The colour of a size between two rungs: a mixture by its place in the decade. */
function between(size) {
  const decade = Math.floor(Math.log10(size));
  const share = Math.round((Math.log10(size) - decade) * 100);
  return `color-mix(in oklab, ${colorOf(10 ** (decade + 1))} ${share}%, ${colorOf(10 ** decade)})`;
}

/** All that a curve depends on: what the state is but for the place along the axis. */
function keyOf(state) {
  return JSON.stringify({ ...state, [axisOf(state)]: null });
}

function curve(state) {
  const axis = axisOf(state);
  return fields[axis].positions.map((value) => evaluate({ ...state, [axis]: value }));
}

function lossScale(pixelRange) {
  return linearScale([0, 1.1], pixelRange, 5);
}

function pushScale(objects) {
  const sizes = objects.flatMap(({ along }) => along.map(({ largest }) => largest));
  const [low, high] = extent(sizes.filter((size) => size > 0), Math.log10);
  const decades = [Math.floor(low), Math.ceil(high + 0.2)];
  return (pixelRange) => zeroLogScale(decades, pixelRange, decades[1] - decades[0] > 8 ? 3 : 2);
}

const HEADS = [[""], ["object, pixels"], ["loss"], ["|dL/dp|"]];

/** The values at the present state beside the curves' dashes and markers: also their legend. */
function rowsOf(objects) {
  return objects.toSorted((a, b) => a.size - b.size).map((object) => ({
    key: `${object.size} ${object.chosen}`,
    chosen: object.chosen,
    leads: () => [h("td", swatch(object)), h("th", { scope: "row" }, object.name)],
    numbers: [object.now.loss, object.now.largest],
  }));
}

// The bench: loss and largest push over smooth or eps for a ladder of objects, a table of their
// values beside the charts, and the table of conventions below.

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

const HEIGHTS = { loss: 206, push: 256 }; // so that both stand with the tables in one window

export function drawLadder(store) {
  const move = (value) => store.set({ [axisOf(store.get())]: value }, "chart");
  const loss = lineChart("Dice loss", move, () => HEIGHTS.loss);
  const push = lineChart("Largest push on a pixel, |dL/dp|", move, () => HEIGHTS.push);
  const table = legend();
  const conventions = conventionTable((state) => evaluate(state).loss);
  const curvesOf = remember(curves);
  return {
    charts: [loss.element, push.element],
    aside: table.element,
    bottom: [conventions.element],
    update(state, before) {
      const { [axisOf(state)]: now, ...rest } = state;
      const key = JSON.stringify(rest);
      const objects = curvesOf(key, state).map((object) => (
        { ...object, now: evaluate({ ...state, size: object.size }) }
      ));
      const shared = sharedModel(state, key, now, before);
      loss.update({ ...shared, ...lossModel(objects, shared) });
      push.update({ ...shared, ...pushModel(objects, state, shared) });
      table.update(objects);
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

function curves(state) {
  const axis = axisOf(state);
  return ladder(state).map((object) => ({
    ...object,
    along: fields[axis].positions.map(
      (value) => evaluate({ ...state, size: object.size, [axis]: value }),
    ),
  }));
}

function sharedModel(state, key, now, before) {
  const axis = axisOf(state);
  return {
    key,
    positions: fields[axis].positions,
    xScale: (pixelRange) => zeroLogScale([-7, 5], pixelRange, 2),
    xName: axis,
    xLabel: `${axis} (pixels)`,
    now,
    before: before?.[axis] ?? null,
    mark: null,
  };
}

function lossModel(objects, { xName }) {
  return {
    yScale: (pixelRange) => linearScale([0, 1.1], pixelRange, 5),
    describe: (value) => `loss ${rounded(value)}`,
    label: `Dice loss over ${xName}, one curve for each object size; the table gives the values.`,
    curves: objects.map(({ along, now, ...object }) => (
      { ...object, values: along.map(({ loss }) => loss), now: now.loss }
    )),
  };
}

function pushModel(objects, state, { xName }) {
  const sizes = objects.flatMap(({ along }) => along.map(({ largest }) => largest));
  const [low, high] = extent(sizes.filter((size) => size > 0), Math.log10);
  const decades = [Math.floor(low), Math.ceil(high + 0.2)];
  return {
    yScale: (pixelRange) => zeroLogScale(decades, pixelRange, decades[1] - decades[0] > 8 ? 3 : 2),
    describe: (value) => `|dL/dp| ${rounded(value)}`,
    label: `Largest absolute slope of the loss in a pixel's probability over ${xName}, `
      + "one curve for each object size; the table gives the values.",
    mark: axisOf(state) === "smooth" ? emptyPeak(state) : null,
    namesAt: "start", // a decade apart; at the other end all are one
    curves: objects.map(({ along, now, ...object }) => (
      { ...object, values: along.map(({ largest }) => largest), now: now.largest }
    )),
  };
}

/** The values at the present state beside the curves' dashes and markers: a table and a legend. */
function legend() {
  const body = h("tbody");
  const names = ["object, pixels", "loss", "|dL/dp|"];
  const heads = names.map((text) => h("th", { scope: "col" }, text));
  const head = h("thead", h("tr", h("td"), ...heads));
  const caption = h("caption", "The ladder at these settings");
  return {
    element: h("table.sg-ladder", caption, head, body),
    update(objects) {
      const sorted = objects.toSorted((a, b) => a.size - b.size);
      body.replaceChildren(...sorted.map(row));
    },
  };
}

function row(object) {
  const { name, chosen, now } = object;
  return h(
    "tr", { class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null },
    h("td", swatch(object)), h("th", { scope: "row" }, name),
    h("td", rounded(now.loss)), h("td", rounded(now.largest)),
  );
}

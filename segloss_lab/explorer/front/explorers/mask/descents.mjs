// Several losses descend from the same masks: how their masks improve, step by step.

import { range } from "d3-array";

import { linearScale } from "../../charts/axes.mjs";
import { lineChart, swatch } from "../../charts/chart.mjs";
import { lookOf } from "../../core/colors.mjs";
import { controlGroup } from "../../core/controls.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { playButtons } from "../../core/play.mjs";
import { NAMES } from "./losses.mjs";
import { output } from "./output.mjs";
import { maskPicture } from "./parts.mjs";
import { SLOTS, descentsOf, masksOf } from "./state.mjs";

export const LAST = 500; // step
const WORDS = ["Play", "One step", "Back to the start"];
const SPAN = 100; // steps that the chart grows by
const LAG = 30; // milliseconds that the chart of all steps may lag a move: what is held comes first
const HEIGHT = 176; // of the chart, in pixels
const MARGIN = { top: 14, left: 38 };
const REPEATED = { dash: [2, 3], marker: "wye" }; // the look of a loss that stands there twice

/** The descents of the store's state, with what moves them: {element, update(state), stop}. */
export function descents(store, fields) {
  const transport = playButtons(store, LAST, WORDS, { class: "sg-buttons" });
  const controls = controlGroup(fields, { names: ["step", "rule", "rate"] }, store);
  const chart = lineChart("IoU after each step", (step) => {
    store.set({ step }, "chart");
  }, () => HEIGHT, MARGIN);
  const tiles = SLOTS.map((slot) => createTile(slot, store, fields));
  const words = h("p.mask-unseen", { "aria-live": "polite" });
  let shown = null;
  let drawn = ""; // what the chart's curves are of
  let waiting = null;

  function drawChart() {
    waiting = null;
    drawn = keyOf(...shown);
    chart.update(chartOf(...shown));
  }

  return {
    element: h(
      "section.mask-descents",
      h("div.mask-transport",
        h("div.sg-chart-title", "Descent on the logits"), transport.element, controls.element),
      chart.element,
      h("div.mask-tiles", ...tiles.map(({ element }) => element)),
      words,
    ),
    update(state) {
      const all = descentsOf(state);
      controls.update(state);
      transport.update(state);
      shown = [state, all];
      if (drawn === "" || drawn === keyOf(state, all)) drawChart();
      else waiting ??= setTimeout(drawChart, LAG);
      tiles.forEach((tile, i) => tile.update(state, all.find(({ slot }) => slot === SLOTS[i])));
      words.textContent = wordsOf(state, all);
    },
    stop() { clearTimeout(waiting); chart.stop(); transport.stop(); },
  };
}

/** One loss: which, its mask after the steps, and how good that is. */
function createTile(slot, store, fields) {
  const choice = controlGroup(fields, { names: [`descent_${slot}`] }, store);
  const picture = maskPicture();
  const [iou, loss] = ["iou", "descent_loss"].map((name) => output(`${name}_${slot}`));
  const mark = h("span");
  picture.node.setAttribute("role", "img");
  const element = h("div.mask-tile", choice.element, picture.node, h("div.mask-numbers",
    mark, h("span", "IoU ", iou.element), h("span", "loss ", loss.element)));

  return {
    element,
    update(state, descent) {
      choice.update(state);
      const { truth } = masksOf(state);
      const now = descent?.at(state.step);
      element.classList.toggle("empty", !now);
      picture.update(truth, now ? now.mask() : truth.map(() => 0));
      picture.node.setAttribute("aria-label", now
        ? `Mask after ${state.step} steps under ${NAMES[descent.loss]}: IoU ${rounded(now.iou)}.`
        : "The truth; no loss is chosen to descend here.");
      iou.update(now?.iou ?? null, "no loss chosen");
      loss.update(now?.loss ?? null, "no loss chosen");
      showMark(mark, descent?.loss);
    },
  };
}

/** The swatch of a loss, made anew only where the loss is another: the play comes here often. */
function showMark(mark, loss = "") {
  if (mark.dataset.loss === loss) return;
  mark.dataset.loss = loss;
  mark.replaceChildren(...(loss ? [swatch({ ...lookOf(loss), chosen: false })] : []));
}

function wordsOf({ step }, all) {
  const words = all.map(({ loss, at }) => `${rounded(at(step).iou)} under ${NAMES[loss]}`);
  return `After ${step === 1 ? "1 step" : `${step} steps`} the IoU is ${words.join(", ")}.`;
}

function spanOf({ step }) {
  return Math.max(SPAN, Math.ceil(step / SPAN) * SPAN);
}

function keyOf(state, all) {
  return [spanOf(state), ...all.map(({ slot, key }) => `${slot} ${key}`)].join("\n");
}

function chartOf(state, all) {
  const { step } = state;
  const span = spanOf(state);
  const positions = range(span + 1);
  return {
    key: keyOf(state, all),
    positions,
    xScale: (pixels) => linearScale([0, span], pixels, 5),
    yScale: (pixels) => linearScale([0, 1], pixels, 5),
    xName: "step", xLabel: "step", now: step,
    describe: (iou) => `IoU ${rounded(iou)}`,
    label: chartLabel(all, span),
    curves: all.map((descent, i) => curveOf(descent, all.slice(0, i), positions, step)),
    mark: null, named: false, // the tiles beside it are its key
  };
}

function curveOf({ slot, loss, at }, before, positions, step) {
  const values = positions.map((each) => at(each).iou);
  const repeated = before.some((other) => other.loss === loss);
  return {
    key: slot, name: NAMES[loss], values, now: at(step).iou, chosen: false,
    ...lookOf(loss), ...(repeated ? REPEATED : {}),
  };
}

function chartLabel(all, span) {
  const words = all.map(({ loss, at }) => (
    `${NAMES[loss]} from ${rounded(at(0).iou)} to ${rounded(at(span).iou)}`
  ));
  return `IoU over the first ${span} steps: ${words.join(", ")}.`;
}

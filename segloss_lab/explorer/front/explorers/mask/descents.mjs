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
import { maskPicture } from "./picture.mjs";
import { SLOTS, descentsOf, masksOf } from "./state.mjs";
import { show } from "./table.mjs";

export const LAST = 500; // step
const WORDS = ["Play", "One step", "Back to the start"];
const SPAN = 100; // steps that the chart grows by
const HEIGHT = 196; // of the chart, in pixels
const REPEATED = { dash: [2, 3], marker: "wye" }; // the look of a loss that stands there twice

/** The descents of the store's state, with what moves them: {element, update(state), stop}. */
export function descents(store, fields) {
  const transport = playButtons(store, LAST, WORDS, { class: "sg-buttons" });
  const controls = ["step", "rule", "rate"].map((name) => (
    controlGroup(fields, { names: [name] }, store)
  ));
  const chart = lineChart("IoU after each step", (step) => {
    store.set({ step }, "chart");
  }, () => HEIGHT);
  const tiles = SLOTS.map((slot) => createTile(slot, store, fields));
  const words = h("p.mask-unseen", { "aria-live": "polite" });

  return {
    element: h(
      "section.mask-descents",
      h("div.mask-transport",
        h("div.sg-chart-title", "Descent on the logits"), transport.element,
        ...controls.map(({ element }) => element)),
      chart.element,
      h("div.mask-tiles", ...tiles.map(({ element }) => element)),
      words,
    ),
    update(state) {
      const all = descentsOf(state);
      for (const control of controls) control.update(state);
      transport.update(state);
      chart.update(chartOf(state, all));
      tiles.forEach((tile, i) => tile.update(state, all.find(({ slot }) => slot === SLOTS[i])));
      words.textContent = wordsOf(state, all);
    },
    stop() { chart.stop(); transport.stop(); },
  };
}

/** One loss: which, its mask after the steps, and how good that is. */
function createTile(slot, store, fields) {
  const choice = controlGroup(fields, { names: [`descent_${slot}`] }, store);
  const picture = maskPicture({ period: 1.3 });
  const [iou, loss] = ["iou", "descent_loss"].map((name) => (
    h("output", { "data-quantity": `${name}_${slot}`, "aria-live": "off" })
  ));
  const mark = h("span");
  const numbers = h("div.mask-numbers",
    mark, h("span", h("i", "IoU "), iou), h("span", h("i", "loss "), loss));
  picture.node.setAttribute("role", "img");
  const element = h("div.mask-tile", choice.element, picture.node, numbers);

  return {
    element,
    update(state, descent) {
      choice.update(state);
      const { truth } = masksOf(state);
      const now = descent?.at(state.step) ?? null;
      element.classList.toggle("empty", now === null);
      picture.update(truth, now === null ? truth.map(() => 0) : now.mask());
      picture.node.setAttribute("aria-label", tileLabel(state, descent, now));
      show(iou, now?.iou ?? null, now === null ? "no loss chosen" : rounded(now.iou));
      show(loss, now?.loss ?? null, now === null ? "no loss chosen" : rounded(now.loss));
      showMark(mark, descent?.loss ?? "none");
    },
  };
}

/** The swatch of a loss, made anew only where the loss is another: the play comes here often. */
function showMark(mark, loss) {
  if (mark.dataset.loss === loss) return;
  mark.dataset.loss = loss;
  const looks = loss === "none" ? [] : [lookOf(loss)];
  mark.replaceChildren(...looks.map((look) => swatch({ ...look, chosen: false })));
}

function wordsOf({ step }, all) {
  const words = all.map(({ loss, at }) => `${rounded(at(step).iou)} under ${NAMES[loss]}`);
  return `After ${step === 1 ? "1 step" : `${step} steps`} the IoU is ${words.join(", ")}.`;
}

function tileLabel({ step }, descent, now) {
  if (now === null) return "The truth; no loss is chosen to descend here.";
  return `Mask after ${step} steps under ${NAMES[descent.loss]}: IoU ${rounded(now.iou)}.`;
}

function chartOf({ step }, all) {
  const span = Math.max(SPAN, Math.ceil(step / SPAN) * SPAN);
  const positions = range(span + 1);
  return {
    key: [span, ...all.map(({ slot, key }) => `${slot} ${key}`)].join("\n"),
    positions,
    xScale: (pixels) => linearScale([0, span], pixels, 5),
    yScale: (pixels) => linearScale([0, 1], pixels, 5),
    xName: "step", xLabel: "step", now: step,
    describe: (iou) => `IoU ${rounded(iou)}`,
    label: chartLabel(all, span),
    curves: all.map((descent, i) => curveOf(descent, all.slice(0, i), positions, step)),
    mark: null,
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

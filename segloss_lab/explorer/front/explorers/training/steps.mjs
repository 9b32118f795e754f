// How the losses get on, step by step: one number of them all against the step.

import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { rounded } from "../../core/numbers.mjs";
import { STEPS } from "./descent.mjs";
import { lookOfLoss } from "./look.mjs";
import { NAMES } from "./losses.mjs";

export const CHARTS = {
  called: "pixels called object",
  dice: "Dice of what is called",
  largest: "largest probability",
  loss: "each loss",
  shares: "who pulls on the object",
};

const MARGIN = { top: 14, bottom: 24 };
const POSITIONS = Array.from({ length: STEPS + 1 }, (_, step) => step);
const share = (pixels) => linearScale([0, 1], pixels, 3);
const SCALES = {
  called: () => (pixels) => zeroLogScale([0, 4], pixels, 2),
  dice: () => share,
  largest: () => share,
  loss: (most) => (pixels) => linearScale([0, most], pixels, 3),
  shares: () => share,
};

/** The chart, whose rule is dragged to a step: {element, update(...), stop}. */
export function stepChart(store, heightOf) {
  const chart = lineChart("", (step) => store.set({ step }, "chart"), heightOf, MARGIN);
  const heading = chart.element.querySelector(".sg-chart-title");
  chart.element.classList.add("training-steps");
  return {
    element: chart.element,
    stop: chart.stop,
    update({ chart: name, step }, races, ghosts, before) {
      heading.textContent = `Step by step: ${CHARTS[name]}`;
      const curves = name === "shares"
        ? shareCurves(races, step)
        : [...ghosts.map((race) => curveOf(race, name, step, true)),
          ...races.map((race) => curveOf(race, name, step, false))];
      chart.update({
        key: [name, ...curves.map(({ key }) => key)].join("\n"),
        positions: POSITIONS,
        xScale: (pixels) => linearScale([0, STEPS], pixels, 5),
        yScale: SCALES[name](name === "loss" ? highest(curves) : 1),
        xName: "step", xLabel: "", now: step,
        before: before !== null && before.step !== step ? before.step : null,
        describe: (value) => `${CHARTS[name]} ${rounded(value)}`,
        label: labelOf(name, curves, step),
        named: name === "shares", markEvery: 90,
        mark: null,
        curves,
      });
    },
  };
}

function curveOf(race, name, step, ghost) {
  const value = race.at(step)[name];
  return {
    key: `${ghost} ${race.lane} ${race.key}`, name: NAMES[race.loss], values: race.series(name),
    now: value, chosen: race.lane === "loss", ghost, ...lookOfLoss(race.loss),
  };
}

/** The two terms of the first compound in the race, if there is one. */
function shareCurves(races, step) {
  const race = races.find(({ loss }) => loss === "compound");
  if (!race) return [];
  const now = race.sharesAt(step);
  return [["pixels", "cross_entropy"], ["region", "dice"]].map(([part, loss]) => ({
    key: `${part} ${race.key}`, name: NAMES[loss], values: race.series(part),
    now: now?.[part] ?? null, chosen: false, ...lookOfLoss(loss),
  }));
}

/** The largest value, rounded up to 1, 2 or 5 times a power of ten: scales stay while they can. */
function highest(curves) {
  const most = Math.max(...curves.flatMap(({ values }) => Math.max(...values)), 1e-6);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find((times) => times * power >= most) * power;
}

function labelOf(name, curves, step) {
  const words = curves.filter(({ ghost }) => !ghost).map(({ name: loss, now }) => (
    `${loss} ${now === null ? "none" : rounded(now)}`
  ));
  return `${CHARTS[name]} over ${STEPS} steps; after ${step}: ${words.join(", ")}.`;
}

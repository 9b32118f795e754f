// How the losses get on, step by step: one number of them all against the step.

import { max, range } from "d3-array";

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
const POSITIONS = range(STEPS + 1);

/** The chart, whose rule is dragged to a step: {element, update(...), stop}. */
export function stepChart(store, heightOf) {
  const chart = lineChart("", (step) => store.set({ step }, "chart"), heightOf, MARGIN);
  const heading = chart.element.querySelector(".sg-chart-title");
  chart.element.classList.add("training-steps");
  return {
    ...chart,
    update({ chart: name, step }, races, ghosts, before) {
      const title = `Step by step: ${CHARTS[name]}`;
      if (heading.textContent !== title) heading.textContent = title;
      const curves = curvesOf(name, step, races, ghosts);
      const most = name === "loss" ? highest(curves) : 1;
      const words = curves.filter(({ ghost }) => !ghost).map(({ name: loss, now }) => (
        `${loss} ${now === null ? "none" : rounded(now)}`
      ));
      chart.update({
        key: [name, ...curves.map(({ key }) => key)].join("\n"),
        positions: POSITIONS,
        xScale: (pixels) => linearScale([0, STEPS], pixels, 5),
        yScale: (pixels) => (
          name === "called" ? zeroLogScale([0, 4], pixels, 2) : linearScale([0, most], pixels, 3)
        ),
        xName: "step", xLabel: "", now: step,
        before: before !== null && before.step !== step ? before.step : null,
        describe: (value) => `${CHARTS[name]} ${rounded(value)}`,
        label: `${CHARTS[name]} over ${STEPS} steps; after ${step}: ${words.join(", ")}.`,
        named: name === "shares", markEvery: 90,
        mark: null,
        curves,
      });
    },
  };
}

/** The losses, and what they were before; of shares the two terms of the first compound. */
function curvesOf(name, step, races, ghosts) {
  const curveOf = (race, part, loss, ghost) => ({
    key: `${ghost} ${race.lane} ${part} ${race.key}`, name: NAMES[loss], values: race.series(part),
    now: race.at(step)[part], chosen: part === name && race.lane === "loss", ghost,
    ...lookOfLoss(loss),
  });
  if (name === "shares") {
    return races.filter(({ loss }) => loss === "compound").slice(0, 1).flatMap((race) => [
      curveOf(race, "pixels", "cross_entropy", false), curveOf(race, "region", "dice", false),
    ]);
  }
  return [...ghosts.map((race) => [race, true]), ...races.map((race) => [race, false])]
    .map(([race, ghost]) => curveOf(race, name, race.loss, ghost));
}

/** The largest value, rounded up to 1, 2 or 5 times a power of ten: scales stay while they can. */
function highest(curves) {
  const most = Math.max(...curves.map(({ values }) => max(values)), 1e-6);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].find((times) => times * power >= most) * power;
}

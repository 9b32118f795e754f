// Everything about one pixel: loss and slope side by side, and the focal weight below.

import { lineChart } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { remember } from "../../core/remember.mjs";
import { AXES, curveKey, curves, mover, placed } from "./curves.mjs";
import { weightChart } from "./weight.mjs";

const HEIGHT = 280; // pixels of a chart

/** The picture of the bench: see `shell.mjs`. */
export function drawBench(store) {
  const slopeTitle = h("span");
  const charts = { loss: "Loss of the pixel, L", slope: slopeTitle };
  for (const name in charts) charts[name] = lineChart(charts[name], mover(store), () => HEIGHT);
  const { loss, slope } = charts;
  const weight = weightChart(store);
  const curvesOf = remember(curves);
  return {
    charts: [h("div.sg-pixel", loss.element, slope.element, weight.element)],
    update(state, before) {
      const models = curvesOf(curveKey(state), state);
      slopeTitle.textContent = AXES[state.axis].slopeTitle;
      for (const name in charts) charts[name].update(placed(models[name], state, before));
      weight.update(models.loss, state);
    },
    stop() { for (const { stop } of [loss, slope, weight]) stop(); },
  };
}

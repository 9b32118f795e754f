// Everything about one pixel: loss and slope side by side, the focal weight, a table of the values.

import { lineChart } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { remember } from "../../core/remember.mjs";
import { AXES, LOSS, SLOPE, curves, curveKey, logitAt, placed, present } from "./curves.mjs";
import { keyTable } from "./key.mjs";
import { weightChart } from "./weight.mjs";

const HEIGHT = 300; // pixels of a chart

/** The picture of the bench: see `shell.mjs`. */
export function drawBench(store) {
  const slopeTitle = h("span");
  const move = (value) => store.set({ logit: logitAt(store.get(), value) }, "chart");
  const loss = lineChart("Loss of the pixel, L", move, () => HEIGHT);
  const slope = lineChart(slopeTitle, move, () => HEIGHT);
  const weight = weightChart(store);
  const key = keyTable();
  const curvesOf = remember(curves);
  return {
    charts: [loss.element, slope.element, weight.element],
    aside: key.element,
    bottom: null,
    update(state, before) {
      const axis = AXES[state.axis];
      const model = curvesOf(curveKey(state), state);
      const now = present(state);
      const rule = { before: ruleBefore(state, before) };
      slopeTitle.textContent = axis.slopeTitle;
      loss.update({ ...placed(model.loss, state, now, LOSS), ...rule });
      slope.update({ ...placed(model.slope, state, now, SLOPE), ...rule });
      key.update(model.terms, now, axis);
      weight.update(model, state);
    },
    stop() { loss.stop(); slope.stop(); weight.stop(); },
  };
}

/** Where the rule stood, if it stood elsewhere on the same axis. */
function ruleBefore(state, before) {
  if (before === null || before.axis !== state.axis || before.logit === state.logit) return null;
  return AXES[state.axis].place(before);
}

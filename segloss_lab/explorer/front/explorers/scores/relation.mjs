// IoU over Dice: both count the same three parts, so that one is a function of the other.

import { range } from "d3-array";

import { linearScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { lookOf } from "../../core/colors.mjs";
import { rounded } from "../../core/numbers.mjs";
import { evaluate } from "./counts.mjs";

const POSITIONS = range(101).map((step) => step / 100);
const SCALE = (ends) => linearScale([0, 1], ends, 5);

/** The curve J = D/(2 - D) with the state's point: {element, update(state, before), stop}. */
export function relationChart(onMove) {
  const title = "IoU over Dice: one number, told twice";
  const chart = lineChart(title, onMove, (width) => Math.min(width * 0.72, 330));
  return {
    ...chart,
    update(state, before) {
      const { dice, iou } = evaluate(state);
      chart.update({
        key: "", positions: POSITIONS, xScale: SCALE, yScale: SCALE,
        xName: "Dice", xLabel: "Dice, D", now: dice,
        before: before && evaluate(before).dice,
        describe: rounded,
        label: `At a Dice of ${rounded(dice)} the IoU, D/(2 − D), is ${rounded(iou)}.`,
        curves: [
          {
            key: "iou", name: "J = D/(2 − D)", now: iou, chosen: true, ...lookOf("jaccard"),
            values: POSITIONS.map((D) => D / (2 - D)),
          },
          {
            key: "same", name: "J = D", now: null, values: POSITIONS,
            color: "var(--sg-quiet)", dash: [2, 3], marker: "plus",
          },
        ],
      });
    },
  };
}

// The pull on one pixel of the object, missed or found, as bars on a scale that never changes.

import { barChart } from "../../charts/bars.mjs";
import { colorMap } from "../../core/colors.mjs";
import { rounded } from "../../core/numbers.mjs";
import { OVER } from "./scale.mjs";
import { pullsOf } from "./state.mjs";

const color = `rgb(${colorMap("diverging")(0.9)})`; // as the map shows what raises a logit
const format = (pull) => (pull === null ? "none" : `${rounded(pull)}${pull > OVER ? " ▸" : ""}`);

/** The bars: {element, update(state, before)}. */
export function pullBars() {
  const chart = barChart("Pull on one pixel of the object");
  chart.element.classList.add("mask-bars");
  return {
    element: chart.element,
    update(state, before) {
      const was = before && pullsOf(before);
      const bars = Object.entries(pullsOf(state)).map(([name, value]) => (
        { name, value, before: was?.[name], color, format }
      ));
      chart.update(bars, `Pull on one pixel: ${bars.map(labelOf).join(", ")}.`);
    },
  };
}

function labelOf({ name, value, before = null }) {
  return `${name} ${format(value)}${before === null ? "" : `, was ${format(before)}`}`;
}

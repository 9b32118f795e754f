// Pull and push over what the loss is tuned by, gamma or the weight: where one overtakes the other.

import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { evaluate, optionsOf } from "./math.mjs";

const LEAST = -3; // the decade at which the axis begins: what is smaller leaves the picture
const HEIGHT = 206; // pixels
const LOOKS = {
  pull: { color: "var(--sg-truth)", dash: [], marker: "circle" },
  push: { color: "var(--sg-prediction)", dash: [7, 4], marker: "square" },
};

/** The chart: {element, update(state, before), stop}. */
export function curvesOverOption(fields, store) {
  const move = (value) => store.set({ [tunedBy(store.get())]: value }, "chart");
  const chart = lineChart("Whole pull and whole push", move, () => HEIGHT);
  const along = remember((state) => (
    fields[tunedBy(state)].positions.map((value) => sumsAt(state, value))
  ));
  return {
    ...chart,
    update(state, before) {
      const option = tunedBy(state);
      const { [option]: now, ...rest } = state;
      const key = JSON.stringify(rest);
      const sums = along(key, state);
      const here = sumsAt(state, now);
      const most = Math.max(...sums.flatMap(Object.values), 1);
      const { positions } = fields[option];
      chart.update({
        key, positions, now, before: before?.[option] ?? null, xName: option, xLabel: option,
        xScale: (pixelRange) => linearScale([positions[0], positions.at(-1)], pixelRange, 6),
        yScale: (pixelRange) => zeroLogScale([LEAST, Math.ceil(Math.log10(most))], pixelRange, 2),
        describe: (value) => `sum of the slopes ${rounded(value)}`,
        label: `The whole pull of the object and the whole push of the rest over ${option}.`,
        mark: null,
        curves: Object.entries(LOOKS).map(([name, look]) => ({
          ...look, key: name, name, chosen: true,
          values: sums.map((all) => (isSeen(all[name]) ? all[name] : NaN)),
          now: isSeen(here[name]) ? here[name] : null,
        })),
      });
    },
  };
}

/** What the state's loss is tuned by. */
function tunedBy(state) {
  return Object.keys(optionsOf(state))[0];
}

function sumsAt(state, value) {
  return evaluate({ ...state, [tunedBy(state)]: value }).all;
}

function isSeen(sum) {
  return sum === 0 || sum >= 10 ** LEAST;
}

// Pull and push over what the loss is tuned by, gamma or the weight: where one overtakes the other.

import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { evaluate } from "./math.mjs";

const LEAST = -3; // the decade at which the axis begins: what is smaller leaves the picture
const HEIGHT = 206; // pixels
const LOOKS = {
  pull: { name: "pull", color: "var(--sg-truth)", dash: [], marker: "circle" },
  push: { name: "push", color: "var(--sg-prediction)", dash: [7, 4], marker: "square" },
};

/** The chart: {element, update(state, before), stop}. */
export function curvesOverOption(fields, store) {
  const move = (value) => store.set({ [tunedBy(store.get())]: value }, "chart");
  const chart = lineChart("", move, () => HEIGHT);
  const heading = chart.element.querySelector(".sg-chart-title");
  const along = remember((state) => alongOption(fields, state));
  return {
    element: chart.element,
    update(state, before) {
      const option = tunedBy(state);
      const { [option]: now, ...rest } = state;
      const key = JSON.stringify(rest);
      heading.textContent = `Whole pull and whole push over ${option}`;
      const model = modelOf(fields, state, along(key, state));
      chart.update({ key, now, before: before?.[option] ?? null, ...model });
    },
    stop: chart.stop,
  };
}

function isSeen(sum) {
  return sum === 0 || sum >= 10 ** LEAST;
}

/** What the state's loss is tuned by. */
function tunedBy({ loss }) {
  return loss === "focal" ? "gamma" : "pos_weight";
}

function alongOption(fields, state) {
  const option = tunedBy(state);
  return fields[option].positions.map((value) => evaluate({ ...state, [option]: value }).all);
}

function modelOf(fields, state, along) {
  const option = tunedBy(state);
  const { positions } = fields[option];
  const most = Math.max(...along.flatMap(({ pull, push }) => [pull, push]), 1);
  const now = evaluate(state).all;
  return {
    positions,
    xScale: (pixelRange) => linearScale([positions[0], positions.at(-1)], pixelRange, 6),
    yScale: (pixelRange) => zeroLogScale([LEAST, Math.ceil(Math.log10(most))], pixelRange, 2),
    xName: option, xLabel: option,
    describe: (value) => `sum of the slopes ${rounded(value)}`,
    label: `The whole pull of the object and the whole push of the rest over ${option}.`,
    mark: null,
    curves: Object.entries(LOOKS).map(([kind, look]) => ({
      ...look, key: kind, chosen: true,
      values: along.map((all) => (isSeen(all[kind]) ? all[kind] : NaN)),
      now: isSeen(now[kind]) ? now[kind] : null,
    })),
  };
}

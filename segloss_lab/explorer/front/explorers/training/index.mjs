// A network with two knobs, z = a (x - c), trained by one loss and another on a noisy picture.

import {
  choiceField, integerField, linearField, logField,
} from "../../core/fields.mjs";
import { h } from "../../core/dom.mjs";
import { count, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { BOUNDS, STEPS } from "./descent.mjs";
import { landscape } from "./landscape.mjs";
import { laneTable } from "./lanes.mjs";
import { NAMES, OPTIONS, optionsOf } from "./losses.mjs";
import { scenePicture } from "./picture.mjs";
import { LANES, createRaces } from "./races.mjs";
import { readScene } from "./scene.mjs";
import { CHARTS, stepChart } from "./steps.mjs";
import style from "./style.css";
import { transport } from "./transport.mjs";

const ANY = { none: "none", ...NAMES };
const OVER = { image: "each picture", batch: "all pictures" };
const LAYOUT = { // heights of the landscape and of the chart, by their width
  figure: [(width) => Math.min(Math.max(width * 0.62, 190), 222), () => 128],
  bench: [(width) => Math.min(Math.max(width * 0.66, 210), 330), () => 170],
};

export const training = { kind: "training", of: (get, scene) => explorerOf(readScene(scene)) };

// The first picture makes the point: the same picture, the same start, the same rule, and
// cross-entropy ends with a network that calls nothing, Dice with one that calls the object and as
// many false alarms.
function fieldsOf({ contrasts, most }) {
  const strengths = Object.entries(contrasts).map(([name, size]) => [name, `${name}, ${size} sd`]);
  const takes = (option) => (state) => (
    LANES.some((lane) => OPTIONS[state[lane]]?.includes(option))
  );
  const option = (name, field, own) => field({ label: name, when: takes(name), ...own });
  const beside = (initial) => choiceField({ initial, label: "beside", choices: ANY });
  return {
    contrast: choiceField({
      initial: strengths[0][0], label: "Object", choices: Object.fromEntries(strengths),
    }),
    empty: integerField({ initial: 0, label: "Empty pictures", min: 0, max: most }),
    loss: choiceField({ initial: "dice", label: "Loss", choices: NAMES }),
    race_1: beside("cross_entropy"),
    race_2: beside("none"),
    race_3: beside("none"),
    over: choiceField({
      initial: "image", label: "Sums over", choices: OVER,
      when: (state) => state.empty > 0 && takes("over")(state),
    }),
    smooth: option("smooth", logField, { initial: 1e-5, unit: "pixels" }),
    eps: option("eps", logField, { initial: 0, unit: "pixels" }),
    alpha: option("alpha", linearField, { initial: 0.3, min: 0, max: 1, steps: 20 }),
    beta: option("beta", linearField, { initial: 0.7, min: 0, max: 1, steps: 20 }),
    gamma: option("gamma", linearField, { initial: 2, min: 0, max: 5, steps: 50 }),
    pos_weight: option("pos_weight", linearField, { initial: 20, min: 1, max: 100, steps: 99 }),
    weight: option("weight", linearField, {
      initial: 1, label: "Weight of Dice", min: 0, max: 10, steps: 100,
    }),
    start_a: linearField({
      initial: 1, label: "Start a", min: BOUNDS.a[0], max: BOUNDS.a[1], steps: 200,
    }),
    start_c: linearField({
      initial: 0, label: "Start c", unit: "sd", min: BOUNDS.c[0], max: BOUNDS.c[1], steps: 180,
    }),
    step: integerField({ initial: STEPS, label: "Step", min: 0, max: STEPS }),
    chart: choiceField({ initial: "called", label: "Step by step", choices: CHARTS }),
  };
}

function explorerOf(scene) {
  const fields = fieldsOf(scene);
  const { problemOf, racesOf: races } = createRaces(scene);
  return {
    kind: "training",
    style,
    fields,
    controls: [
      {
        title: "Pictures, start and step",
        names: ["contrast", "empty", "start_a", "start_c", "step", "chart"],
      },
      { title: "Losses", names: [...LANES, "over"] },
      {
        title: "Their options",
        names: ["smooth", "eps", "alpha", "beta", "gamma", "pos_weight", "weight"],
      },
    ],
    keys: "",
    quantities: (state) => quantitiesOf(races(state), state),
    summary: (state) => summaryOf(races(state), state, scene),
    change: (state, before) => changeOf(races(state), state, before && races(before), before),
    figure: {
      show: ["loss", "contrast", "empty"],
      numbers: ["called", "found", "dice_score"],
      states: [],
      caption: "A network with two knobs learns to find a faint object. Each outline is what one "
        + "loss makes it call object; the map is the loss over both knobs, with the ways down. "
        + "Press Play, or drag the start.",
    },
    draw: (store, layout) => drawIn(store, layout, { scene, problemOf, races }),
    torch: (state) => pythonCode(state, races(state)[0], TORCH, ""),
    tensorflow: (state) => pythonCode(state, races(state)[0], TENSORFLOW, ", channels last"),
  };
}

function drawIn(store, layout, { scene, problemOf, races }) {
  const [mapHeight, chartHeight] = LAYOUT[layout];
  const picture = scenePicture(scene);
  const table = laneTable(store);
  const map = landscape(({ a, c }) => store.set({ start_a: a, start_c: c }, "chart"), mapHeight);
  const play = transport(store);
  const chart = stepChart(store, chartHeight);
  const [left, right] = [[picture, table], [map, play, chart]].map((parts) => (
    h("div", ...parts.map(({ element }) => element))
  ));
  const element = h("div", { class: `training ${layout}` }, left, right);
  return {
    charts: [element],
    aside: null,
    bottom: null,
    update(state, before) {
      const now = races(state);
      const ghosts = before === null ? [] : ghostsOf(races(before), now);
      picture.update(now, problemOf(state), state.step);
      table.update(now, state.step);
      map.update(now, ghosts, state);
      play.update(state);
      chart.update(state, now, ghosts, before);
    },
    stop() { for (const part of [map, play, chart]) part.stop(); },
  };
}

/** The races before the last move whose way was another. */
function ghostsOf(before, now) {
  return before.filter(({ key }) => now.every((race) => race.key !== key));
}

function quantitiesOf(all, { step }) {
  const [chosen] = all;
  const now = chosen.at(step);
  const name = NAMES[chosen.loss];
  const alone = chosen.loss === "compound" ? "nothing pulls" : "one term alone";
  return [
    ["loss", `${name[0].toUpperCase()}${name.slice(1)} loss`, now.loss],
    ["called", "pixels called", now.called],
    ["found", "of these true", now.found],
    ["dice_score", "Dice at 1/2", now.dice],
    ["precision", "precision", now.precision, "nothing is called"],
    ["recall", "recall", now.recall],
    ["largest", "largest probability", now.largest],
    ["a", "a, how sure", now.a],
    ["c", "c, called from there on", now.c],
    ["share_dice", "Dice’s share in the pull", now.region, alone],
    ...LANES.slice(1).map((lane, i) => {
      const race = all.find((other) => other.lane === lane);
      const label = race ? `called by ${NAMES[race.loss]}` : "by a further loss";
      return [`called_${i + 1}`, label, race ? race.at(step).called : null, "none"];
    }),
  ].map(([name, label, value, why]) => ({ name, label, value, why }));
}

/** "calls 31 pixels, 13 of them true". */
function outcome({ called, found }) {
  if (called === 0) return "calls nothing";
  return `calls ${pixels(called)}, ${found === called ? "all of them" : count(found)} true`;
}

/** What the chosen loss calls, beside one other loss what that calls, and what it called before. */
function changeOf(now, { step }, past, before) {
  const told = now.length > 2 ? now.slice(0, 1) : now;
  const was = past?.find(({ loss }) => loss === now[0].loss);
  const words = [`After ${steps(step)} ${outcomes(told, step)}.`];
  if (was && was.key !== now[0].key) {
    const then = outcome(was.at(before.step)).replace("calls", "called");
    words.push(`Before the move ${NAMES[was.loss]} ${then}.`);
  }
  return words.join(" ");
}

function summaryOf(now, { step, contrast, empty, start_a, start_c }, { contrasts }) {
  const beside = empty === 0 ? "" : `, beside ${empty} without one`;
  return `A picture with an object ${contrasts[contrast]} standard deviations brighter than the `
    + `ground${beside}. From a ${rounded(start_a)}, c ${rounded(start_c)}, after ${steps(step)} `
    + `${outcomes(now, step)}.`;
}

function outcomes(races, step) {
  return races.map(({ loss, at }) => `${NAMES[loss]} ${outcome(at(step))}`).join("; ");
}

function steps(step) {
  return step === 1 ? "1 step" : `${step} steps`;
}

function pythonCode(state, race, { head, array, show }, last) {
  const { a, c } = race.at(state.step);
  const { weight, ...dice } = optionsOf(race.loss, state);
  const call = {
    weighted: ["cross_entropy", dice],
    compound: ["compound", { terms: [[1, "cross_entropy", {}], [weight, "dice", dice]] }],
  }[race.loss] ?? [race.loss, dice];
  const arrange = last === "" ? (name) => name : (name) => `np.moveaxis(${name}, 1, -1)`;
  return `import numpy as np
${head(call[0])}
from segloss_lab.scenes import two_knobs

scene = two_knobs("${state.contrast}", empty=${state.empty})
a, c = ${a}, ${c}  # after ${state.step} steps
logits = ${array(arrange("scene.logits(a, c)"))}
target = ${array(arrange("scene.target"))}

loss = ${callOf(call[0], "logits", call[1])}
${show}
`;
}

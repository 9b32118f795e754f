// What a state amounts to: the losses that race, their paths, and how far they have come.

import { remember } from "../../core/remember.mjs";
import { STEPS, descend } from "./descent.mjs";
import { evaluatorOf, optionsOf } from "./losses.mjs";
import { pullsOf } from "./sums.mjs";
import { counterOf, unitsOf } from "./units.mjs";

const KEPT = 40; // paths remembered: those of a page, and of the states before

/** The fields that say which losses race: the first is the one whose landscape is shown. */
export const LANES = ["loss", "race_1", "race_2", "race_3"];

/** What is computed of the states of one scene: {problemOf(state), racesOf(state)}. */
export function createRaces(scene) {
  const problemAt = remember(({ contrast, empty }) => problemOf(scene, contrast, empty));
  const paths = new Map();

  function problem(state) {
    return problemAt(`${state.contrast} ${state.empty}`, state);
  }

  /** Each path is taken once. */
  function pathOf(key, loss, state) {
    const path = paths.get(key) ?? createPath(loss, state, problem(state));
    paths.delete(key); // and in again, as the latest
    paths.set(key, path);
    if (paths.size > KEPT) paths.delete(paths.keys().next().value);
    return path;
  }

  return {
    problemOf: problem,

    /** The races of a state, each {lane, loss, ground, key, evaluate, knobs, at, ...}. */
    racesOf(state) {
      const lanes = LANES.filter((lane) => state[lane] !== "none");
      return lanes.map((lane) => {
        const loss = state[lane];
        const ground = groundOf(loss, state);
        const key = `${ground} ${state.start_a} ${state.start_c}`;
        return { lane, loss, ground, key, ...pathOf(key, loss, state) };
      });
    },
  };
}

/** Everything that a landscape depends on; a path depends on its start too. */
function groundOf(loss, state) {
  return [loss, JSON.stringify(optionsOf(loss, state)), state.contrast, state.empty].join(" ");
}

function problemOf(scene, contrast, empty) {
  const pictures = scene.pictures(contrast, empty);
  const units = unitsOf(pictures, scene.x);
  return { pictures, units, counter: counterOf(units.batch) };
}

function createPath(loss, state, { units, counter }) {
  const options = optionsOf(loss, state);
  const evaluate = evaluatorOf(loss, units, options);
  const knobs = descend(evaluate, { a: state.start_a, c: state.start_c });
  const { x, last, truth } = units.batch;
  const pulls = loss === "compound" ? pullsOf(units, options) : null;

  const read = {
    called: (step) => counter.called(knobs.a[step], knobs.c[step]),
    found: (step) => counter.found(knobs.a[step], knobs.c[step]),
    dice: (step) => (2 * read.found(step)) / (read.called(step) + truth),
    largest: (step) => 1 / (1 + Math.exp(-knobs.a[step] * (x[last] - knobs.c[step]))),
    loss: (step) => evaluate(knobs.a[step], knobs.c[step]),
    pixels: (step) => sharesAt(step)?.pixels ?? NaN,
    region: (step) => sharesAt(step)?.region ?? NaN,
  };

  /** What the network does after a number of steps. */
  function at(step) {
    const [called, found] = [read.called(step), read.found(step)];
    return {
      a: knobs.a[step], c: knobs.c[step], called, found,
      get loss() { return read.loss(step); },
      dice: read.dice(step),
      precision: called === 0 ? null : found / called,
      recall: found / truth,
      largest: read.largest(step),
    };
  }

  /** The share of each term of a compound in the pull on the object; null for other losses. */
  function sharesAt(step) {
    if (pulls === null) return null;
    const [pixels, region] = pulls(knobs.a[step], knobs.c[step]);
    const all = pixels + region;
    return all === 0 ? null : { pixels: pixels / all, region: region / all };
  }

  const series = new Map();
  return {
    evaluate, knobs, at, sharesAt,
    /** One number at every step, by a name of `read`. */
    series(name) {
      if (!series.has(name)) {
        series.set(name, Array.from(knobs.a, (_, step) => read[name](step)));
      }
      return series.get(name);
    },
  };
}

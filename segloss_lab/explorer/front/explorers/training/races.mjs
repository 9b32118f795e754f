// What a state amounts to: the losses that race, their paths, and how far they have come.

import { remember } from "../../core/remember.mjs";
import { descend } from "./descent.mjs";
import { lookOfLoss } from "./look.mjs";
import { evaluatorOf, optionsOf } from "./losses.mjs";
import { knobs } from "./sums.mjs";
import { counterOf, unitsOf } from "./units.mjs";

const KEPT = 40; // paths remembered: those of a page, and of the states before

/** The fields that say which losses race: the first is the one whose landscape is shown. */
export const LANES = ["loss", "race_1", "race_2", "race_3"];

/** What is computed of the states of one scene: {problemOf(state), racesOf(state)}. */
export function createRaces(scene) {
  const problemAt = remember(({ contrast, empty }) => {
    const pictures = scene.pictures(contrast, empty);
    const units = unitsOf(pictures, scene.x);
    return { pictures, units, count: counterOf(units.batch) };
  });
  const problemOf = (state) => problemAt(`${state.contrast} ${state.empty}`, state);
  const paths = new Map();

  /** Each path is taken once. */
  function pathOf(key, loss, state) {
    const path = paths.get(key) ?? createPath(loss, state, problemOf(state));
    paths.delete(key); // and in again, as the latest
    paths.set(key, path);
    if (paths.size > KEPT) paths.delete(paths.keys().next().value);
    return path;
  }

  return {
    problemOf,

    /** The races of a state, each {lane, loss, look, ground, key, evaluate, knobs, at, series}. */
    racesOf(state) {
      return LANES.filter((lane) => state[lane] !== "none").map((lane) => {
        const loss = state[lane];
        // All that a landscape depends on; a path depends on its start too.
        const ground = JSON.stringify([
          loss, optionsOf(loss, state), state.contrast, state.empty,
        ]);
        const key = `${ground} ${state.start_a} ${state.start_c}`;
        return { lane, loss, look: lookOfLoss(loss), ground, key, ...pathOf(key, loss, state) };
      });
    },
  };
}

function createPath(loss, state, { units, count }) {
  const evaluate = evaluatorOf(loss, units, optionsOf(loss, state));
  const path = descend(evaluate, { a: state.start_a, c: state.start_c });
  const { x, last, truth } = units.batch;
  const series = new Map();

  /** What the network does after a number of steps. */
  function at(step) {
    const [a, c] = [path.a[step], path.c[step]];
    const counts = count(a, c);
    const { called, found } = counts;
    return {
      a, c, ...counts,
      dice: (2 * found) / (called + truth),
      precision: called === 0 ? null : found / called,
      recall: found / truth,
      largest: 1 / (1 + Math.exp(-a * (x[last] - c))),
      get loss() { return evaluate(a, c); },
      get pixels() { return shareOf("pixels", a, c); },
      get region() { return shareOf("region", a, c); },
    };
  }

  /** The share of a term of the compound in the pull on the object, where anything pulls. */
  function shareOf(term, a, c) {
    if (loss !== "compound") return null;
    evaluate(a, c, false);
    const all = knobs.pixels + knobs.region;
    return all === 0 ? null : knobs[term] / all;
  }

  return {
    evaluate, at, knobs: path,
    /** One number at every step, by a name that `at` gives. */
    series(name) {
      if (!series.has(name)) {
        series.set(name, Array.from(path.a, (_, step) => at(step)[name] ?? NaN));
      }
      return series.get(name);
    },
  };
}

// The paths of the training explorer for another program: {scene, races} on stdin, each race {loss,
// options, contrast, empty, start}, becomes a list of {a, c, loss, called, found} on stdout, the
// state before the first step and after each.

import { readFileSync } from "node:fs";

import { descend } from "../segloss_lab/explorer/front/explorers/training/descent.mjs";
import { evaluatorOf } from "../segloss_lab/explorer/front/explorers/training/losses.mjs";
import { readScene } from "../segloss_lab/explorer/front/explorers/training/scene.mjs";
import { counterOf, unitsOf } from "../segloss_lab/explorer/front/explorers/training/units.mjs";

const { scene: given, races } = JSON.parse(readFileSync(0, "utf8"));
const scene = readScene(given);

function run({ loss, options, contrast, empty, start }) {
  const units = unitsOf(scene.pictures(contrast, empty), scene.x);
  const { a, c, loss: losses } = descend(evaluatorOf(loss, units, options), start);
  const counter = counterOf(units.batch);
  const counts = (count) => Array.from(a, (knob, step) => count(knob, c[step]));
  return {
    a: [...a], c: [...c], loss: [...losses],
    called: counts(counter.called), found: counts(counter.found),
  };
}

process.stdout.write(JSON.stringify(races.map(run)));

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
  const evaluate = evaluatorOf(loss, units, options);
  const { a, c } = descend(evaluate, start);
  const count = counterOf(units.batch);
  const along = (read) => Array.from(a, (knob, step) => read(knob, c[step]));
  return {
    a: [...a], c: [...c], loss: along((knob, place) => evaluate(knob, place)),
    called: along((knob, place) => count(knob, place).called),
    found: along((knob, place) => count(knob, place).found),
  };
}

process.stdout.write(JSON.stringify(races.map(run)));

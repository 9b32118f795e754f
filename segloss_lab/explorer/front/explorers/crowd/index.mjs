// The crowd: very many easy pixels of background beside a few hard ones of the object, and what
// both ask of their logits together, under cross-entropy's weight and under the focal loss's exponent.
//
// The picture behind it: every pixel of the object gives the truth the probability `object_pt`,
// every pixel of the crowd `crowd_pt`. A pixel's own loss has a slope by its logit; the pull of the
// object is the sum of these slopes over it, the push of the rest that over the crowd.

import { barChart } from "../../charts/bars.mjs";
import barsStyle from "../../charts/bars.css";
import {
  choiceField, countField, linearField, optionalShareField,
} from "../../core/fields.mjs";
import { count, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { curvesOverOption } from "./curves.mjs";
import { endOfAxis, evaluate, logitsOf, optionsOf } from "./math.mjs";
import { squares } from "./squares.mjs";
import ownStyle from "./style.css";

const takes = (name) => ({ loss }) => loss === name;

// The first picture makes the point of the focal loss: without its exponent ten thousand pixels
// that are all but right push 56 times as hard as the ten that are wrong can pull.
const fields = {
  loss: choiceField({
    initial: "focal", label: "Loss", choices: { focal: "focal", cross_entropy: "cross-entropy" },
  }),
  gamma: linearField({
    initial: 0, label: "gamma", min: 0, max: 10, steps: 100, when: takes("focal"),
  }),
  alpha: optionalShareField({ label: "alpha, weight of the object", when: takes("focal") }),
  pos_weight: linearField({
    initial: 1, label: "Positive weight", min: 0, max: 200, steps: 200,
    when: takes("cross_entropy"),
  }),
  objects: countField({ initial: 10, label: "Object", unit: "pixels", min: 1 }),
  object_pt: certainty(0.1, "Object’s p\u209c"),
  crowd: countField({ initial: 10000, label: "Crowd", unit: "pixels", min: 1 }),
  crowd_pt: certainty(0.95, "Crowd’s p\u209c"),
};

/** The probability that a pixel gives to the truth, short of 0 and of 1. */
function certainty(initial, label) {
  return linearField({ initial, label, min: 0.001, max: 0.999, steps: 998 });
}

/** What a loss is tuned by: the option, a word for it, and the values that make the point. */
const TUNED = {
  focal: ["gamma", "gamma", [0, 2, 5]], cross_entropy: ["pos_weight", "weight", [1, 10, 100]],
};

const CAPTION = "A pixel’s own loss has a slope by its logit. Summed over the object these slopes "
  + "are its pull, over the background the push of the crowd. Dashed: the state before.";

/** What a figure of it shows follows from the loss that it is given. */
export const crowd = {
  kind: "crowd",
  of(get) {
    const [option, word, values] = TUNED[get("loss")] ?? TUNED.focal;
    return {
      kind: "crowd",
      style: barsStyle + ownStyle,
      fields,
      controls: [
        { title: "The loss", names: ["loss", "gamma", "alpha", "pos_weight"] },
        { title: "The pixels", names: ["objects", "object_pt", "crowd", "crowd_pt"] },
      ],
      keys: "p\u209c is the probability that a pixel gives to its truth.",
      quantities,
      summary,
      change,
      figure: {
        show: [option, "crowd_pt"],
        numbers: ["pull", "push", "ratio"],
        states: values.map((value) => [`${word} ${value}`, { [option]: value }]),
        caption: CAPTION,
      },
      draw,
      torch: (state) => pythonCode(state, TORCH),
      tensorflow: (state) => pythonCode(state, TENSORFLOW),
    };
  },
};

function quantities(state) {
  const { loss, each, all } = evaluate(state);
  return [
    { name: "pull", label: "object’s pull", value: all.pull },
    { name: "push", label: "crowd’s push", value: all.push },
    {
      name: "ratio", label: "push ÷ pull",
      value: all.pull > 0 ? all.push / all.pull : null, why: "none: no pull",
    },
    { name: "loss", label: `${fields.loss.choices[state.loss]} loss, the mean`, value: loss },
    { name: "pull_of_one", label: "pull of one pixel", value: each.pull },
    { name: "push_of_one", label: "push of one pixel", value: each.push },
  ];
}

function summary(state) {
  const { loss, each, all } = evaluate(state);
  const options = Object.entries(optionsOf(state)).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${rounded(value)}`);
  const group = (number, pt, verb, kind) => (
    `${pixels(number)}, p\u209c = ${rounded(pt)}, ${verb} with ${rounded(each[kind])} each, `
    + `${rounded(all[kind])} in all`
  );
  return `With ${options.join(" and ")}, an object of `
    + `${group(state.objects, state.object_pt, "pulls", "pull")}; a crowd of `
    + `${group(state.crowd, state.crowd_pt, "pushes", "push")}. ${verdict(all)} The loss, a mean `
    + `over all pixels, is ${rounded(loss)}.`;
}

function change(state, before) {
  const { each, all } = evaluate(state);
  if (before === null) {
    return `One pixel of the object pulls with ${rounded(each.pull)}, one of the crowd pushes with `
      + `${rounded(each.push)} only; but of those there are ${count(state.crowd)}. ${verdict(all)}`;
  }
  const old = evaluate(before).all;
  const moves = [
    ...moved("crowd’s push", old.push, all.push), ...moved("object’s pull", old.pull, all.pull),
  ].join(", the ");
  const turned = (old.push > old.pull) !== (all.push > all.pull);
  return `${moves === "" ? "" : `The ${moves}. `}${verdict(all, turned ? "Now the" : "The")}`;
}

/** "its push is 135 times weaker", or nothing where nothing that can be read has moved. */
function moved(name, old, now) {
  if (rounded(old) === rounded(now) || old === 0 || now === 0) return [];
  const [factor, word] = now > old ? [now / old, "stronger"] : [old / now, "weaker"];
  const by = factor >= 2
    ? `${rounded(factor)} times` : `${rounded(100 * Math.abs(now / old - 1))}%`;
  return [`${name} is ${by} ${word}`];
}

function verdict({ pull, push }, the = "The") {
  if (pull === 0 || push === 0) return `${the} ${pull === 0 ? "crowd" : "object"} alone is heard.`;
  if (rounded(push / pull) === "1") return `${the} crowd pushes as hard as the object pulls.`;
  return push > pull
    ? `${the} crowd pushes ${rounded(push / pull)} times as hard as the object pulls.`
    : `${the} object pulls ${rounded(pull / push)} times as hard as the whole crowd pushes.`;
}

function draw(store, layout) {
  const picture = squares();
  const bars = barChart("All of the pull and all of the push, sums of slopes by the logits");
  const curves = layout === "bench" ? curvesOverOption(fields, store) : null;
  return {
    charts: [picture.element, bars.element],
    aside: curves?.element,
    bottom: null,
    update(state, before) {
      picture.update(state);
      const end = endOfAxis(state);
      bars.update(barsOf(state, before, end), summary(state), end);
      curves?.update(state, before);
    },
    stop() { for (const part of [picture, bars, curves]) part?.stop(); },
  };
}

/** The bars on an axis to `end`; on another axis what was before would be of another length. */
function barsOf(state, before, end) {
  const { each, all } = evaluate(state);
  const old = before !== null && endOfAxis(before) === end ? evaluate(before).all : {};
  const bar = (name, kind, number, color) => ({
    name, note: `${count(number)} × ${rounded(each[kind])}`, value: all[kind], before: old[kind],
    color: `var(--sg-${color})`,
  });
  return [
    bar("object’s pull", "pull", state.objects, "truth"),
    bar("crowd’s push", "push", state.crowd, "prediction"),
  ];
}

function pythonCode(state, { head, full, pixels: join, show }) {
  const { objects, crowd: others, loss } = state;
  const [object, background] = logitsOf(state);
  return `${head(loss)}

object_logits = ${full(objects, object)}  # p of the truth is ${state.object_pt}
crowd_logits = ${full(others, background)}  # and ${state.crowd_pt}
logits = ${join("object_logits", "crowd_logits")}
target = ${join(full(objects, 1), full(others, 0))}

loss = ${callOf(loss, "logits", optionsOf(state))}
${show}
`;
}

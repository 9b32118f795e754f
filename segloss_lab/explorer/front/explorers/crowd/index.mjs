// The crowd: very many easy pixels of background beside a few hard ones of the object, and what
// both ask of their logits together, under cross-entropy's weight and under the focal loss's exponent.
//
// The picture behind it: every pixel of the object gives the truth the probability `object_pt`,
// every pixel of the crowd `crowd_pt`. A pixel's own loss has a slope by its logit; the pull of the
// object is the sum of these slopes over it, the push of the rest that over the crowd.

import {
  choiceField, countField, linearField, optionalShareField,
} from "../../core/fields.mjs";
import { count, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { pulls } from "./bars.mjs";
import { curvesOverOption } from "./curves.mjs";
import { endOfAxis, evaluate, logitsOf, optionsOf } from "./math.mjs";
import { squares } from "./squares.mjs";
import style from "./style.css";

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

const POINTS = {
  focal: {
    show: ["gamma", "crowd_pt"],
    states: [0, 2, 5].map((gamma) => [`gamma ${gamma}`, { gamma }]),
  },
  cross_entropy: {
    show: ["pos_weight", "crowd_pt"],
    states: [1, 10, 100].map((pos_weight) => [`weight ${pos_weight}`, { pos_weight }]),
  },
};

const CAPTION = "A pixel’s own loss has a slope by its logit. Summed over the object these slopes "
  + "are its pull, over the background the push of the crowd. Dashed: the state before.";

/** What a figure of it shows follows from the loss that it is given. */
export const crowd = {
  kind: "crowd",
  of: (get) => ({
    kind: "crowd",
    style,
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
      numbers: ["pull", "push", "ratio"], caption: CAPTION, ...POINTS[get("loss")] ?? POINTS.focal,
    },
    draw,
    torch: (state) => pythonCode(state, TORCH),
    tensorflow: (state) => pythonCode(state, TENSORFLOW),
  }),
};

function quantities(state) {
  const { loss, each, all } = evaluate(state);
  return [
    { name: "pull", label: "pull of the object", value: all.pull },
    { name: "push", label: "push of the crowd", value: all.push },
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
  return `With ${options.join(" and ")}, ${pixels(state.objects)} of the object, p\u209c = `
    + `${rounded(state.object_pt)}, pull with ${rounded(each.pull)} each, ${rounded(all.pull)} in `
    + `all; ${pixels(state.crowd)} of background, p\u209c = ${rounded(state.crowd_pt)}, push with `
    + `${rounded(each.push)} each, ${rounded(all.push)} in all. ${verdict(all)} The loss, a mean `
    + `over all pixels, is ${rounded(loss)}.`;
}

function change(state, before) {
  const now = evaluate(state);
  if (before === null) return opening(state, now);
  const old = evaluate(before).all;
  const moves = [
    ...moved("the crowd’s push", old.push, now.all.push),
    ...moved("the object’s pull", old.pull, now.all.pull),
  ];
  const sentence = moves.length === 0 ? "" : `${capital(moves.join(", "))}. `;
  const turned = (old.push > old.pull) !== (now.all.push > now.all.pull);
  return `${sentence}${turned ? "Now " : ""}${turned ? lower(verdict(now.all)) : verdict(now.all)}`;
}

function opening(state, { each, all }) {
  return `One pixel of the object pulls with ${rounded(each.pull)}, one of the crowd pushes with `
    + `${rounded(each.push)} only; but of those there are ${count(state.crowd)}. ${verdict(all)}`;
}

/** "its push is 135 times weaker", or nothing where nothing that can be read has moved. */
function moved(name, old, now) {
  if (rounded(old) === rounded(now) || old === 0 || now === 0) return [];
  const [factor, word] = now > old ? [now / old, "stronger"] : [old / now, "weaker"];
  if (factor >= 2) return [`${name} is ${rounded(factor)} times ${word}`];
  return [`${name} is ${rounded(100 * Math.abs(now / old - 1))}% ${word}`];
}

function verdict({ pull, push }) {
  if (pull === 0 && push === 0) return "Nobody asks for anything.";
  if (pull === 0) return "The crowd alone is heard.";
  if (push === 0) return "The object alone is heard.";
  if (rounded(push / pull) === "1") return "The crowd pushes as hard as the object pulls.";
  return push > pull
    ? `The crowd pushes ${rounded(push / pull)} times as hard as the object pulls.`
    : `The object pulls ${rounded(pull / push)} times as hard as the whole crowd pushes.`;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function lower(text) {
  return text[0].toLowerCase() + text.slice(1);
}

function draw(store, layout) {
  const picture = squares();
  const bars = pulls("All of the pull, and all of the push");
  const curves = layout === "bench" ? [curvesOverOption(fields, store)] : [];
  return {
    charts: [picture, bars, ...curves].map(({ element }) => element),
    aside: null,
    bottom: null,
    update(state, before) {
      picture.update(state);
      bars.update(barsModel(state, before));
      for (const curve of curves) curve.update(state, before);
    },
    stop() { for (const part of [picture, bars, ...curves]) part.stop(); },
  };
}

function barsModel(state, before) {
  const { each, all } = evaluate(state);
  // On another axis what was before would be of another length.
  const end = endOfAxis(state);
  const same = before !== null && endOfAxis(before) === end;
  const old = same ? evaluate(before).all : { pull: null, push: null };
  const bar = (kind, who, number, verb) => ({
    kind, value: all[kind], before: old[kind],
    words: `${who}: ${pixels(number)} ${verb} with ${rounded(each[kind])}`
      + `${number === 1 ? "" : ` each, ${rounded(all[kind])} in all`}`,
    short: `${who}: ${count(number)} × ${rounded(each[kind])} = ${rounded(all[kind])}`,
  });
  return {
    end,
    label: `Two bars: the object pulls with ${rounded(all.pull)}, the crowd pushes with `
      + `${rounded(all.push)}; the axis ends at ${rounded(end)}.`,
    bars: [
      bar("pull", "object", state.objects, state.objects === 1 ? "pulls" : "pull"),
      bar("push", "crowd", state.crowd, state.crowd === 1 ? "pushes" : "push"),
    ],
  };
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

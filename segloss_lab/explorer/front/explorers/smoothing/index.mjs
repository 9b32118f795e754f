// What `smooth` and `eps` do to the Dice loss and to its gradient, for objects of many sizes.
//
// The picture behind it: an object of `size` pixels, each predicted with probability `overlap`;
// beside it `false_positives` background pixels predicted with probability 1, and one pixel of
// background that is predicted as such. What `smooth` and `eps` are added to is the convention's.

import { extent } from "d3-array";

import palette from "../../../../palette.json";
import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart, swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { choiceField, countField, logField, shareField } from "../../core/fields.mjs";
import { dice } from "../../losses/index.mjs";
import { count, percent, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { remember } from "../../core/remember.mjs";
import { CONVENTIONS, conventionTable, optionsOf } from "./conventions.mjs";
import style from "./style.css";

// The first picture makes the point: at smooth 10 the objects of 1 and 10 pixels have lost a good
// part of their loss and of their push, and those of 1000 pixels and more have not moved; and with
// V = 1 the peak of the empty mask's push, at smooth = V, stands free beside the rule. The table
// says that the same 10 costs three different numbers in three libraries.
const smooths = ({ convention }) => convention !== "none";
const fields = {
  loss: choiceField({ initial: "dice", label: "Loss", choices: { dice: "Dice" } }),
  convention: choiceField({
    initial: "textbook", label: "smooth as in",
    choices: Object.fromEntries(Object.entries(CONVENTIONS).map(([name, { by }]) => [name, by])),
  }),
  smooth: logField({ initial: 10, label: "smooth, s", unit: "pixels", when: smooths }),
  eps: logField({ initial: 0, label: "eps", unit: "pixels" }),
  size: countField({ initial: 10, label: "Object size", unit: "pixels" }),
  overlap: shareField({ initial: 0.5, label: "Share of it found" }),
  false_positives: countField({ initial: 1, label: "False positives, V", unit: "pixels" }),
  axis: choiceField({
    initial: "smooth", label: "Charts run over", choices: { smooth: "smooth", eps: "eps" },
    when: smooths,
  }),
};

export const smoothing = {
  kind: "smoothing",
  style,
  fields,
  controls: [{
    names: ["convention", "smooth", "eps", "size", "overlap", "false_positives", "axis"],
  }],
  quantities,
  summary,
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

/** Loss and slopes for an object of `state.size` pixels; `largest` is the largest |dL/dp|. */
function evaluate(state) {
  const { size, overlap, false_positives } = state;
  const counts = [size, false_positives, 1];
  const options = { from_logits: false, counts, ...optionsOf(state) };
  const { value, gradient } = dice([overlap, 1, 0], [1, 0, 0], options);
  const [object, , background] = gradient;
  const largest = Math.max(size > 0 ? Math.abs(object) : 0, Math.abs(background));
  return { loss: value, object, background, largest };
}

function quantities(state) {
  const { loss, object, background, largest } = evaluate(state);
  const empty = state.size === 0;
  return [
    { name: "loss", label: "Dice loss", value: loss },
    { name: "gradient", label: empty ? "push, |dL/dV|" : "largest push, |dL/dp|", value: largest },
    {
      name: "gradient_object", label: "dL/dp on the object",
      value: empty ? null : object, why: "none: the mask is empty",
    },
    { name: "gradient_background", label: "dL/dp on background", value: background },
  ];
}

function summary(state) {
  const { loss, object, background, largest } = evaluate(state);
  const settings = settingWords(state);
  const extra = state.false_positives;
  const wrong = extra === 0 ? "nothing" : pixels(extra);
  if (state.size === 0) {
    return `${settings}an empty mask in which ${wrong} ${extra > 1 ? "are" : "is"} predicted costs `
      + `${rounded(loss)}; one more predicted pixel changes that by ${rounded(background)}. `
      + `${peakSentence(state, largest)}`;
  }
  return `${settings}the chosen object of ${pixels(state.size)}, ${percent(state.overlap)} of it `
    + `found and ${wrong} predicted beside it, costs ${rounded(loss)}; each of its pixels `
    + `pushes with ${rounded(Math.abs(object))}, each background pixel with `
    + `${rounded(Math.abs(background))}. ${emptySentence(state)}`;
}

function settingWords({ convention, smooth, eps }) {
  const [s, e] = [rounded(smooth), `eps ${rounded(eps)}`];
  return {
    textbook: `With smooth ${s} as in MONAI and nnU-Net, and ${e}, `,
    half: `With smooth ${s} as in smp, where it counts twice, and ${e}, `,
    denominator: `With ${s} in the denominator alone, as in Keras and kornia, and ${e}, `,
    none: `Without smooth, and with ${e}, `,
  }[convention];
}

function emptySentence(state) {
  const { loss, largest } = evaluate({ ...state, size: 0 });
  return `An empty mask under the same prediction costs ${rounded(loss)}, and each of its pixels `
    + `pushes with ${rounded(largest)}. ${peakSentence({ ...state, size: 0 }, largest)}`;
}

function peakSentence(state, largest) {
  if (largest === 0) {
    return "With nothing added to the numerator an empty mask teaches nothing, whatever eps.";
  }
  const peak = emptyPeak(state);
  return peak === null ? "" : `That push is largest at ${peak.text}: ${rounded(peak.y)}.`;
}

/** Where the gradient of the empty mask peaks as smooth moves, or null if that is not in sight. */
function emptyPeak(state) {
  const { convention, eps, false_positives } = state;
  const times = CONVENTIONS[convention].smooth;
  if (times === 0) return null;
  const smooth = (false_positives + eps) / times;
  const positions = fields.smooth.positions;
  if (false_positives === 0 || smooth > positions.at(-1)) return null;
  const { largest } = evaluate({ ...state, size: 0, smooth });
  return { x: smooth, y: largest, text: `smooth = ${peakName(times, eps)}` };
}

function peakName(times, eps) {
  if (times === 1) return eps === 0 ? "V" : "V + eps";
  return eps === 0 ? `V/${times}` : `(V + eps)/${times}`;
}

/** What the charts run over: without smoothing there is only eps to move. */
function axisOf(state) {
  return smooths(state) ? state.axis : "eps";
}

function draw(store) {
  const move = (value) => store.set({ [axisOf(store.get())]: value }, "chart");
  const loss = lineChart("Dice loss", move);
  const push = lineChart("Largest push on a pixel, |dL/dp|", move);
  const table = legend();
  const conventions = conventionTable((state) => evaluate(state).loss);
  const curvesOf = remember(curves);
  return {
    charts: [loss.element, push.element],
    aside: table.element,
    bottom: [conventions.element],
    update(state) {
      const { [axisOf(state)]: now, ...rest } = state;
      const key = JSON.stringify(rest);
      const objects = curvesOf(key, state).map((object) => (
        { ...object, now: evaluate({ ...state, size: object.size }) }
      ));
      const shared = sharedModel(state, key, now);
      loss.update({ ...shared, ...lossModel(objects, shared) });
      push.update({ ...shared, ...pushModel(objects, state, shared) });
      table.update(objects);
      conventions.update(state);
    },
    stop() { loss.stop(); push.stop(); },
  };
}

/** The rungs of the ladder, the chosen object among them, last, so that it is drawn on top. */
function ladder({ size }) {
  const rungs = palette.ladder.map((rung) => ({
    ...rung, key: String(rung.size), chosen: rung.size === size, color: colorOf(rung.size),
  }));
  if (!rungs.some(({ chosen }) => chosen)) {
    const look = { color: between(size), dash: [], marker: "circle" };
    rungs.push({ key: "chosen", size, chosen: true, ...look });
  }
  return rungs.map((rung) => ({ ...rung, name: rung.size === 0 ? "empty" : count(rung.size) }));
}

function colorOf(size) {
  return `var(--segloss-ladder-${size})`;
}

/** The colour of a size between two rungs: a mixture by its place in the decade. */
function between(size) {
  const decade = Math.floor(Math.log10(size));
  const share = Math.round((Math.log10(size) - decade) * 100);
  return `color-mix(in oklab, ${colorOf(10 ** (decade + 1))} ${share}%, ${colorOf(10 ** decade)})`;
}

function curves(state) {
  const axis = axisOf(state);
  return ladder(state).map((object) => ({
    ...object,
    along: fields[axis].positions.map(
      (value) => evaluate({ ...state, size: object.size, [axis]: value }),
    ),
  }));
}

function sharedModel(state, key, now) {
  const axis = axisOf(state);
  return {
    key,
    positions: fields[axis].positions,
    xScale: (pixelRange) => zeroLogScale([-7, 5], pixelRange, 2),
    xName: axis,
    xLabel: `${axis} (pixels)`,
    now,
    mark: null,
  };
}

function lossModel(objects, { xName }) {
  return {
    yScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
    describe: (value) => `loss ${rounded(value)}`,
    label: `Dice loss over ${xName}, one curve for each object size; the table gives the values.`,
    curves: objects.map(({ along, now, ...object }) => {
      const values = along.map(({ loss }) => loss);
      return { ...object, values, now: now.loss, labelAt: halfway(values) };
    }),
  };
}

/** Where a curve has gone half its way: there the curves of the ladder lie a decade apart. */
function halfway(values) {
  const half = (values[1] + values.at(-1)) / 2;
  const turning = values.findIndex((value, i) => (
    i > 1 && (value - half) * (values[1] - half) <= 0 && value !== values[1]
  ));
  return turning === -1 ? 4 : turning;
}

function pushModel(objects, state, { xName }) {
  const sizes = objects.flatMap(({ along }) => along.map(({ largest }) => largest));
  const [low, high] = extent(sizes.filter((size) => size > 0), Math.log10);
  const decades = [Math.floor(low), Math.ceil(high + 0.2)];
  return {
    yScale: (pixelRange) => zeroLogScale(decades, pixelRange, decades[1] - decades[0] > 8 ? 3 : 2),
    describe: (value) => `|dL/dp| ${rounded(value)}`,
    label: `Largest absolute slope of the loss in a pixel's probability over ${xName}, `
      + "one curve for each object size; the table gives the values.",
    mark: axisOf(state) === "smooth" ? emptyPeak(state) : null,
    curves: objects.map(({ along, now, ...object }) => ({
      ...object, values: along.map(({ largest }) => largest), now: now.largest, labelAt: 3,
    })),
  };
}

/** The values at the present state beside the curves' dashes and markers: a table and a legend. */
function legend() {
  const body = h("tbody");
  const names = ["object, pixels", "loss", "|dL/dp|"];
  const heads = names.map((text) => h("th", { scope: "col" }, text));
  const head = h("thead", {}, h("tr", {}, h("td"), ...heads));
  const caption = h("caption", {}, "The ladder at these settings");
  return {
    element: h("table", { class: "segloss-ladder" }, caption, head, body),
    update(objects) {
      const sorted = objects.toSorted((a, b) => a.size - b.size);
      body.replaceChildren(...sorted.map(row));
    },
  };
}

function row(object) {
  const { name, chosen, now } = object;
  return h(
    "tr", { class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null },
    h("td", {}, swatch(object)), h("th", { scope: "row" }, name),
    h("td", {}, rounded(now.loss)), h("td", {}, rounded(now.largest)),
  );
}

/** Where the options of the package are not the numbers on the page: why. */
function conventionComment({ convention, smooth }) {
  if (convention === "half") return `# smp's smooth=${smooth} counts twice here\n`;
  return convention === "denominator" ? "# in the denominator alone, as in Keras and kornia\n" : "";
}

function pythonCode(state, framework) {
  const { size, overlap, false_positives } = state;
  const { head, full, pixels: join, show } = framework;
  const options = { from_logits: false, ...optionsOf(state) };
  return `${head("dice")}

found = ${full(size, overlap)}  # the object's pixels
wrong = ${full(false_positives, 1)}  # false positives
rest = ${full(1, 0)}  # background, predicted as such
probs = ${join("found", "wrong", "rest")}

inside = ${full(size, 1)}
outside = ${full(false_positives + 1, 0)}
target = ${join("inside", "outside")}

${conventionComment(state)}loss = ${callOf("dice", "probs", options)}
${show}
`;
}

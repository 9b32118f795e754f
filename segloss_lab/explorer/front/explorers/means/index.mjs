// Whose mean? Two images, a big object in one and a small one in the other: the mean of their Dice
// values, and the Dice of their summed counts.

import { integerField, shareField } from "../../core/fields.mjs";
import { count, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { barChart } from "../../charts/bars.mjs";
import barsStyle from "../../charts/bars.css";
import partsStyle from "../../charts/parts.css";
import { dice as diceLoss } from "../../losses/index.mjs";
import { imagesPicture } from "./images.mjs";
import ownStyle from "./style.css";

const BIG = 1000; // pixels of the big object
const ALL = 48 ** 2; // pixels of an image

// The first picture makes the point: the big one is found and the small one missed, the mean of
// the two is 0.5, and the Dice of the sums 0.994.
const fields = {
  found_big: shareField({ initial: 1, label: "Big one found" }),
  found_small: shareField({ initial: 0, label: "Small one found" }),
  size_small: integerField({
    initial: 12, label: "Small one’s size", unit: "pixels", min: 1, max: BIG,
  }),
};

export const means = {
  kind: "means",
  style: barsStyle + partsStyle + ownStyle,
  fields,
  controls: [
    { title: "Image 1", names: ["found_big"] },
    { title: "Image 2", names: ["found_small", "size_small"] },
  ],
  keys: "An object can be swept over with the pointer: what lies left of it is found.",
  figure: {
    show: ["found_big", "found_small", "size_small"],
    numbers: ["mean_of_ratios", "ratio_of_sums"],
    states: [
      ["small one missed", { found_big: 1, found_small: 0 }],
      ["small one found", { found_big: 1, found_small: 1 }],
      ["big one missed", { found_big: 0, found_small: 1 }],
    ],
    caption: "Two images, and two ways to say how good their masks are. The mean over images "
      + "gives each image one voice; the sums over the batch give each pixel one, and a small "
      + "object hardly has any.",
  },
  quantities,
  summary,
  change,
  draw,
  torch: (state) => pythonCode(state, TORCH, (images) => `torch.cat([${images}])`),
  tensorflow: (state) => (
    pythonCode(state, TENSORFLOW, (images) => `tf.concat([${images}], axis=0)`)
  ),
};

/** Size and found pixels of the object in each image. */
function objectsOf({ found_big: big, found_small: small, size_small: size }) {
  return [[BIG, big], [size, small]].map(
    ([all, share]) => ({ size: all, found: Math.floor(share * all + 0.5) }),
  );
}

/** The Dice of each image and of both, and the losses. Without false alarms U is found + size. */
function scoresOf(state) {
  const objects = objectsOf(state);
  const [big, small] = objects.map(({ size, found }) => (2 * found) / (found + size));
  const [I, U] = objects.reduce(
    ([hits, sizes], { size, found }) => [hits + found, sizes + found + size], [0, 0],
  );
  const losses = objects.map(({ size, found }) => lossOf([{ size, found }]));
  return {
    big, small, mean: (big + small) / 2, sums: (2 * I) / U,
    meanLoss: (losses[0] + losses[1]) / 2, sumsLoss: lossOf(objects),
  };
}

/** The Dice loss of pixels that are counted together. */
function lossOf(objects) {
  const counts = objects.flatMap(({ size, found }) => [found, size - found, ALL - size]);
  const groups = (...each) => objects.flatMap(() => each);
  const hard = { from_logits: false, smooth: 0, counts };
  return diceLoss(groups(1, 0, 0), groups(1, 1, 0), hard).value;
}

function quantities(state) {
  const { big, small, mean, sums, meanLoss, sumsLoss } = scoresOf(state);
  return [
    { name: "mean_of_ratios", label: "mean of the two", value: mean },
    { name: "ratio_of_sums", label: "Dice of the sums", value: sums },
    { name: "dice_big", label: "Dice of image 1", value: big },
    { name: "dice_small", label: "Dice of image 2", value: small },
    { name: "loss", label: "Dice loss, over=\"image\"", value: meanLoss },
    { name: "loss_batch", label: "Dice loss, over=\"batch\"", value: sumsLoss },
  ];
}

function summary(state) {
  const words = objectsOf(state).map(({ size, found }) => `${count(found)} of ${pixels(size)}`);
  const { mean, sums } = scoresOf(state);
  return `In image 1, ${words[0]} are found; in image 2, ${words[1]}. The mean of the two Dice `
    + `values is ${rounded(mean)}, the Dice of the summed counts ${rounded(sums)}.`;
}

function change(state, before) {
  const now = scoresOf(state);
  if (before === null) {
    return `One number for both images: the mean of the two says ${rounded(now.mean)}, `
      + `the sums say ${rounded(now.sums)}.`;
  }
  const was = scoresOf(before);
  const [mean, sums] = [now.mean - was.mean, now.sums - was.sums];
  if (mean === 0 && sums === 0) return "Neither of the two has moved.";
  return `The mean of the two ${moved(mean)}, the Dice of the sums ${moved(sums)}.`;
}

function moved(by) {
  if (by === 0) return "stays";
  return `${by > 0 ? "rises" : "falls"} by ${rounded(Math.abs(by))}`;
}

function draw(store) {
  const picture = imagesPicture(["found_big", "found_small"], store);
  const bars = barChart("One number for both");
  return {
    charts: [picture.element, bars.element],
    aside: null,
    bottom: null,
    update(state, before) {
      picture.update(objectsOf(state));
      bars.update(barsOf(state, before), summary(state));
    },
    stop() { bars.stop(); },
  };
}

/** Each bar with the sum that it comes from. */
function barsOf(state, before) {
  const now = scoresOf(state);
  const was = before === null ? {} : scoresOf(before);
  const objects = objectsOf(state);
  const sumOf = (...some) => some.map(count).join(" + ");
  const ratio = ({ size, found }) => `2 · ${count(found)} of ${sumOf(found, size)}`;
  const [hits, sizes] = ["found", "size"].map((part) => objects.map((object) => object[part]));
  const bar = (key, name, note, more) => ({
    name, note, value: now[key], before: was[key] ?? null, color: "var(--sg-rule)", ...more,
  });
  const both = `2 · (${sumOf(...hits)}) of ${sumOf(hits[0] + hits[1], sizes[0] + sizes[1])}`;
  const mean = `(${rounded(now.big)} + ${rounded(now.small)}) / 2`;
  const color = "var(--sg-loss-dice)";
  return [
    bar("big", "Dice of image 1", ratio(objects[0])),
    bar("small", "Dice of image 2", ratio(objects[1])),
    bar("mean", "mean of the two", mean, { color, apart: true }),
    bar("sums", "Dice of the sums", both, { color }),
  ];
}

function pythonCode(state, { head, full, pixels: join, show }, batch) {
  const image = ({ size, found }, n) => `found = ${full(found, 1)}  # image ${n}
rest = ${full(ALL - found, 0)}
probs_${n} = ${join("found", "rest")}
inside = ${full(size, 1)}
outside = ${full(ALL - size, 0)}
target_${n} = ${join("inside", "outside")}`;
  const [one, two] = objectsOf(state).map((object, i) => image(object, i + 1));
  return `${head("dice")}

${one}

${two}

probs = ${batch("probs_1, probs_2")}
target = ${batch("target_1, target_2")}

# over="batch" is the Dice loss of the sums
loss = ${callOf("dice", "probs", { from_logits: false, smooth: 0, over: "image" })}
${show}
`;
}

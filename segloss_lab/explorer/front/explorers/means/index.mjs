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

/** The Dice of each image, their mean, and the Dice of the pixels of both counted together. */
function scoresOf(state) {
  const objects = objectsOf(state);
  const [big, small] = objects.map((object) => scoreOf([object]));
  return { big, small, mean: (big + small) / 2, sums: scoreOf(objects) };
}

function scoreOf(objects) {
  const counts = objects.flatMap(({ size, found }) => [found, size - found, ALL - size]);
  const groups = (...each) => objects.flatMap(() => each);
  const hard = { from_logits: false, smooth: 0, counts };
  return 1 - diceLoss(groups(1, 0, 0), groups(1, 1, 0), hard).value;
}

function quantities(state) {
  const { big, small, mean, sums } = scoresOf(state);
  return [
    ["mean_of_ratios", "mean of the two", mean],
    ["ratio_of_sums", "Dice of the sums", sums],
    ["dice_big", "Dice of image 1", big],
    ["dice_small", "Dice of image 2", small],
    ["loss", "Dice loss, over=\"image\"", 1 - mean],
    ["loss_batch", "Dice loss, over=\"batch\"", 1 - sums],
  ].map(([name, label, value]) => ({ name, label, value }));
}

function summary(state) {
  const words = objectsOf(state).map(({ size, found }) => `${count(found)} of ${pixels(size)}`);
  const { mean, sums } = scoresOf(state);
  return `In image 1, ${words[0]} are found; in image 2, ${words[1]}. The mean of the two Dice `
    + `values is ${rounded(mean)}, the Dice of the summed counts ${rounded(sums)}.`;
}

function change(state, before) {
  const { mean, sums } = scoresOf(state);
  if (before === null) {
    return `One number for both images: the mean of the two says ${rounded(mean)}, `
      + `the sums say ${rounded(sums)}.`;
  }
  const was = scoresOf(before);
  const words = [mean - was.mean, sums - was.sums].map((by) => (
    by === 0 ? "stays" : `${by > 0 ? "rises" : "falls"} by ${rounded(Math.abs(by))}`
  ));
  return `The mean of the two ${words[0]}, the Dice of the sums ${words[1]}.`;
}

function draw(store) {
  const picture = imagesPicture(["found_big", "found_small"], store);
  const bars = barChart("One number for both");
  return {
    charts: [picture.element, bars.element],
    update(state, before) {
      picture.update(objectsOf(state));
      bars.update(barsOf(state, before), summary(state));
    },
    stop() {},
  };
}

/** Each bar with the sum that it comes from. */
function barsOf(state, before) {
  const now = scoresOf(state);
  const was = before && scoresOf(before);
  const [one, two] = objectsOf(state);
  const sumOf = (...some) => some.map(count).join(" + ");
  const ratio = ({ size, found }) => `2 · ${count(found)} / (${sumOf(found, size)})`;
  const bar = (key, name, note, color, apart) => ({
    name, note, value: now[key], before: was && was[key], color: `var(--sg-${color})`, apart,
  });
  return [
    bar("big", "Dice of image 1", ratio(one), "rule"),
    bar("small", "Dice of image 2", ratio(two), "rule"),
    bar(
      "mean", "mean of the two", `(${rounded(now.big)} + ${rounded(now.small)}) / 2`,
      "loss-dice", true,
    ),
    bar(
      "sums", "Dice of the sums",
      `2 · (${sumOf(one.found, two.found)}) / `
        + `(${sumOf(one.found + two.found, one.size + two.size)})`,
      "loss-dice",
    ),
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

// What `smooth` and `eps` do to the Dice loss and to its gradient, for objects of many sizes.
//
// The picture behind it: an object of `size` pixels, each predicted with probability `overlap`;
// beside it `false_positives` background pixels predicted with probability 1, and one pixel of
// background that is predicted as such. What `smooth` and `eps` are added to is the convention's.

import barsStyle from "../../charts/bars.css";
import partsStyle from "../../charts/parts.css";
import { TENSORFLOW, TORCH } from "../../core/python.mjs";
import { pythonCode } from "./code.mjs";
import { fields } from "./fields.mjs";
import { drawLadder } from "./ladder.mjs";
import { drawLesion } from "./lesion.mjs";
import { evaluate, strengths } from "./math.mjs";
import ownStyle from "./style.css";
import { change, summary } from "./words.mjs";

export const smoothing = {
  kind: "smoothing",
  style: barsStyle + partsStyle + ownStyle,
  fields,
  controls: [{
    names: ["convention", "smooth", "eps", "size", "overlap", "false_positives", "axis"],
  }],
  quantities,
  summary,
  change,
  figure: {
    show: ["smooth", "false_positives"],
    numbers: ["loss", "ratio", "pull_share"],
    states: [
      ["10⁻⁵", { smooth: 1e-5, false_positives: 0 }],
      ["1", { smooth: 1, false_positives: 0 }],
      ["100", { smooth: 100, false_positives: 0 }],
      ["1, and 90 false alarms", { smooth: 1, false_positives: 90 }],
    ],
    caption: "A missed lesion under the Dice loss; the area of an arrow is the pull or push on its "
      + "pixel’s probability. More smooth: the loss falls as if something had been found, the "
      + "lesion is pulled less, the background pushes back. On logits both are multiplied by "
      + "p(1 − p): where p is equal the ratio stays, and a sure miss is hardly pulled.",
  },
  draw: (store, layout) => (layout === "bench" ? drawLadder(store) : drawLesion()),
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function quantities(state) {
  const { loss, object, background, largest } = evaluate(state);
  const { pull, push, ratio } = strengths(state);
  const empty = state.size === 0;
  const why = "none: the mask is empty";
  const still = empty ? why : "none: nothing pushes";
  return [
    { name: "loss", label: "Dice loss", value: loss },
    { name: "ratio", label: "pull ÷ push", value: ratio, why: still },
    { name: "pull_share", label: "pull kept", value: pull, why },
    { name: "push_share", label: "push, of that pull", value: push, why },
    { name: "gradient", label: empty ? "push, |dL/dV|" : "largest |dL/dp|", value: largest },
    { name: "gradient_object", label: "dL/dp, object", value: empty ? null : object, why },
    { name: "gradient_background", label: "dL/dp, background", value: background },
  ];
}

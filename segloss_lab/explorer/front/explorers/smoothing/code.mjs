// The state as code.

import { callOf } from "../../core/python.mjs";
import { CONVENTIONS, optionsOf } from "./conventions.mjs";

export function pythonCode(state, framework) {
  const { size, overlap, false_positives } = state;
  const { index, by } = CONVENTIONS[state.convention];
  const { head, full, pixels: join, show } = framework;
  const options = { from_logits: false, ...optionsOf(state) };
  return `${head("dice")}

found = ${full(size, overlap)}  # the object's pixels
wrong = ${full(false_positives, 1)}  # false alarms
rest = ${full(1, 0)}  # background, predicted as such
probs = ${join("found", "wrong", "rest")}

inside = ${full(size, 1)}
outside = ${full(false_positives + 1, 0)}
target = ${join("inside", "outside")}

# ${index}, by ${by}, s = ${state.smooth}
loss = ${callOf("dice", "probs", options)}
${show}
`;
}

// The state as code.

import { callOf } from "../../core/python.mjs";
import { optionsOf } from "./conventions.mjs";

export function pythonCode(state, framework) {
  const { size, overlap, false_positives } = state;
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

${conventionComment(state)}loss = ${callOf("dice", "probs", options)}
${show}
`;
}

/** Where the options of the package are not the numbers on the page: why. */
function conventionComment({ convention, smooth }) {
  if (convention === "half") return `# smp's smooth=${smooth} counts twice here\n`;
  return convention === "denominator" ? "# in the denominator alone, as in Keras and kornia\n" : "";
}

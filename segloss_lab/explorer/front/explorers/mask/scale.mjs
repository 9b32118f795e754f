// The scale of a push, the same for all losses: times the number of pixels, so that 1 is the most
// that cross-entropy, a mean over the pixels, can push. What is far weaker or stronger is shown
// stronger or weaker by a factor, which is said.

import { rounded } from "../../core/numbers.mjs";
import { PIXELS } from "./grid.mjs";

const FAINT = 1 / 3; // of the scale: what is weaker than that is shown stronger
const OVER = 1.05; // beyond the scale
const NOTHING = 1e-300; // weaker pushes have no inverse that is a double

/** The push on a logit by the slope of a loss of all pixels. */
export function pushOf(slope) {
  return slope === 0 ? 0 : -PIXELS * slope;
}

/** The push that has the full colour where the largest is `largest`: 1, or a round part of it. */
export function fullOf(largest) {
  if (largest < NOTHING || (largest >= FAINT && largest <= OVER)) return 1;
  return largest < 1 ? 1 / short(1 / largest) : short(largest);
}

/** What is said of colours whose full one is another push than 1; "" where it is 1. */
export function factorWords(full) {
  if (full === 1) return "";
  return full < 1
    ? `shown ${rounded(1 / full)} times stronger` : `shown ${rounded(full)} times weaker`;
}

/** Two digits. */
function short(number) {
  return Number(number.toPrecision(2));
}

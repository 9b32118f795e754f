// How the losses look, here and in every chart: a colour, a dash and a marker each.

import { lookOf } from "../../core/colors.mjs";

// A weight is an option of cross-entropy, whose colour it keeps.
const WEIGHTED = { dash: [3, 3], marker: "wye" };

/** Colour, dash and marker of a loss. */
export function lookOfLoss(loss) {
  return loss === "weighted" ? { ...lookOf("cross_entropy"), ...WEIGHTED } : lookOf(loss);
}

/** The theme's colours for canvases, each read once: {paper, quiet, truth, of(a loss's colour)}. */
export function colorsOf(node) {
  const style = getComputedStyle(node);
  const known = new Map();
  const read = (variable) => {
    if (!known.has(variable)) known.set(variable, style.getPropertyValue(variable).trim());
    return known.get(variable);
  };
  return {
    paper: read("--sg-paper"), quiet: read("--sg-quiet"), truth: read("--sg-truth"),
    of: (color) => read(color.slice("var(".length, -1)),
  };
}

/** Set the dash of a look, for the line width that is set; what is dotted gets round dots. */
export function setDash(context, dash, stretch = 1) {
  const dotted = dash.length > 0 && dash[0] <= 1;
  context.lineCap = dotted ? "round" : "butt";
  const dots = [0.01, 2 * context.lineWidth];
  context.setLineDash(dotted ? dots : dash.map((length) => stretch * length));
}

// The errors by rank as bars: as high as the error, as wide as its weight, so that the area is the
// loss. Where a bar ends, the sum of the weights is the Jaccard loss of the pixels so far.

import { sum, ticks } from "d3-array";

import { h } from "../../core/dom.mjs";
import { ranksOf } from "./math.mjs";

const ABOVE = 24; // pixels that a bar must be high to hold its name

/**
 * The bars titled `title`, so many pixels high where the error is 1: {element, update(now, old)},
 * from {truth, errors, weights}, and the same of the state before, or null.
 */
export function rankBars(title, height) {
  const bars = h("div");
  const tick = (side, at) => h(`b.sg-${side}`, { style: `${side}:${100 * at}%` }, String(at));
  const scales = [
    ...ticks(0, 1, 2).flatMap((at) => [h("i", { style: `bottom:${100 * at}%` }), tick("bottom", at)]),
    ...ticks(0, 1, 5).map((at) => tick("left", at)),
  ];
  const plot = h(
    "div.sg-ranks", { role: "img", style: `height:${height}px` },
    h("span.sg-up", "error"), ...scales, bars,
    h("span.sg-across", "Jaccard loss of the pixels so far"),
  );

  function barOf(bar, kind, name = "") {
    const style = `left:${100 * bar.from}%;width:${100 * bar.weight}%;height:${100 * bar.error}%`;
    const place = bar.error * height < ABOVE ? "bottom:100%" : "top:calc(50% - 0.65em)";
    return h("div", { class: kind, style }, h("span", { style: place }, name));
  }

  return {
    element: h("div.sg-chart", h("div.sg-chart-title", title), plot),
    update(now, old) {
      const label = labelOf(now);
      const ghosts = old === null || labelOf(old) === label ? [] : barsOf(old); // something moved
      plot.setAttribute("aria-label", label);
      bars.replaceChildren(
        ...barsOf(now).map((bar) => barOf(bar, bar.kind, bar.name)),
        ...ghosts.map((bar) => barOf(bar, "ghost")),
      );
    },
  };
}

function barsOf({ truth, errors, weights }) {
  const ranked = ranksOf(errors);
  return ranked.map((i, rank) => ({
    name: `pixel ${i + 1}`, kind: truth[i] === 1 ? "miss" : "alarm",
    error: errors[i], weight: weights[i], from: sum(ranked.slice(0, rank), (j) => weights[j]),
  }));
}

function labelOf({ errors, weights }) {
  const words = ranksOf(errors).map((i) => (
    `pixel ${i + 1}: error ${errors[i]}, weight ${weights[i].toPrecision(3)}`
  ));
  return `Bars from the largest error to the smallest: ${words.join("; ")}.`;
}

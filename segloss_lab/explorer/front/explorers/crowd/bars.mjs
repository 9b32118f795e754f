// The whole pull of the object and the whole push of the rest, as two bars on one linear axis, with
// what they were before, dashed. A bar that is longer than the axis says how many times.

import { create, select } from "d3-selection";

import { drawAxis, linearScale } from "../../charts/axes.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";

const MARGIN = { left: 4, right: 18, bottom: 42 };
const ROW = 54; // pixels, of a bar with its words
const BAR = 26; // pixels
const NARROW = 430; // pixels under which the words are short
const TOOTH = 7; // pixels, of the torn end of a bar that is too long

/**
 * The bars titled `title` as a picture: {element, update(model), stop}. The model: `end` of the
 * axis; `label` for those who do not see it; `bars`, each {kind ("pull" or "push"), words,
 * short (the same in a narrow place), value, before (or null)}.
 */
export function pulls(title) {
  const svg = create("svg:svg")
    .attr("role", "img");
  const [axis, bars] = ["x", "pulls"].map(
    (name) => svg.append("g").attr("class", `sg-${name}`),
  );
  const frame = h("div.sg-frame.sg-tug", svg.node());
  let model = null;
  let width = 0; // until the frame first has a place on the page

  function draw() {
    if (model === null || width === 0) return;
    const bottom = model.bars.length * ROW;
    const range = [MARGIN.left, width - MARGIN.right];
    const x = linearScale([0, model.end], range, width < NARROW ? 4 : 6);
    svg.attr("width", width).attr("height", bottom + MARGIN.bottom).attr("aria-label", model.label);
    axis.attr("transform", `translate(0,${bottom})`);
    drawAxis(axis, x, "bottom", bottom);
    axis.selectAll(".sg-axis-label").data(["sum of the slopes by the logits"]).join("text")
      .attr("class", "sg-axis-label").attr("x", width / 2).attr("y", 36).text(String);
    drawBars(bars, model, x, width < NARROW ? "short" : "words");
  }
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  const heading = h("div.sg-chart-title", title);
  return {
    element: h("div.sg-chart", heading, frame),
    update(next) { model = next; draw(); },
    stop: () => observer.disconnect(),
  };
}

function drawBars(layer, { bars, end }, x, named) {
  const groups = layer.selectAll("g").data(bars).join((enter) => {
    const g = enter.append("g");
    g.append("path").attr("class", "sg-now-bar");
    g.append("path").attr("class", "sg-was-bar ghost");
    for (const name of ["group", "beyond"]) g.append("text").attr("class", `sg-${name}`);
    return g;
  });
  groups.attr("class", ({ kind }) => kind).attr("transform", (_, i) => `translate(0,${i * ROW})`);
  groups.select(".sg-group").attr("x", x(0)).attr("y", 14).text((bar) => bar[named]);
  groups.select(".sg-now-bar").attr("d", ({ value }) => barPath(value, end, x));
  groups.select(".sg-was-bar").attr("d", ({ before, value }) => (
    before === null || before === value ? null : barPath(before, end, x)
  ));
  groups.select(".sg-beyond").attr("x", x(end) - 16).attr("y", 21 + BAR / 2 + 5)
    .text(({ value }) => (
      value > end ? `${rounded(value / end)} times as long as there is room` : ""
    ));
}

/** A bar from 0; one that is longer than the axis runs past its end, torn off. */
function barPath(value, end, x) {
  const [left, top, bottom] = [x(0), 21, 21 + BAR];
  if (value <= end) return `M${left},${top}H${x(value)}V${bottom}H${left}Z`;
  const torn = x(end) + MARGIN.right - TOOTH;
  const teeth = [TOOTH, -TOOTH, TOOTH, -TOOTH].map((out) => `l${out},${BAR / 4}`).join("");
  return `M${left},${top}H${torn - TOOTH}${teeth}H${left}Z`;
}

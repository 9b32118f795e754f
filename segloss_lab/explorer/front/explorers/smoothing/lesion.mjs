// The figure: the lesion and what is beside it as pixels, on each an arrow up where the loss pulls
// its probability up and down where it pushes it down; and both as bars on one scale.

import { ascending, range } from "d3-array";
import { create } from "d3-selection";

import { freshId, h } from "../../core/dom.mjs";
import { count, percent, pixels } from "../../core/numbers.mjs";
import { tugBars } from "./bars.mjs";
import { strengths } from "./math.mjs";

const SIDE = 12; // pixels
const CELL = 20; // of the drawing's units
const GAP = 1.5;

// As many pixels are drawn one by one; more than that as a block that says how many it is.
const MOST = { lesion: 36, alarm: 98 };

// Lesion and false alarms grow from places of their own, with a border that is no circle.
const CELLS = range(SIDE * SIDE).map((i) => ({ x: i % SIDE, y: Math.floor(i / SIDE) }));
const BY_LESION = nearestTo(3.4, 3.6);
const BY_ALARM = nearestTo(9.6, 9.2);

// Where a block says how many pixels it is: the middle of the words, and what they take of it.
const TAGS = { lesion: { x: 3.5, y: 4 }, alarm: { x: 7.5, y: 10 } };
const TAG = { wide: 2.6, high: 0.6 };

export function drawLesion() {
  const picture = pixelPicture();
  const bars = tugBars();
  return {
    charts: [h("div.smoothing-scene", picture.element, bars.element)],
    aside: null,
    bottom: null,
    update(state, before) {
      const now = strengths(state);
      picture.update(state, now);
      bars.update(now, before === null ? null : strengths(before));
    },
    stop() {},
  };
}

function nearestTo(x, y) {
  const far = (cell) => (
    Math.hypot(cell.x - x, cell.y - y) + 0.4 * Math.sin(1.3 * cell.x - 0.9 * cell.y)
  );
  return CELLS.toSorted((one, other) => ascending(far(one), far(other)));
}

function pixelPicture() {
  const svg = create("svg:svg").attr("role", "img")
    .attr("viewBox", `0 0 ${SIDE * CELL} ${SIDE * CELL}`);
  const hatches = addHatches(svg);
  const cells = svg.append("g").selectAll("rect").data(CELLS).join("rect");
  const [up, down] = ["pull", "push"].map((name) => (
    svg.append("path").attr("class", `smoothing-${name}`)
  ));
  const tags = Object.fromEntries(["lesion", "alarm"].map((kind) => (
    [kind, h("span.smoothing-tag", { style: placeOf(TAGS[kind]) })]
  )));
  const key = h("div.smoothing-key");
  let parts = null;
  let drawn = "";

  /** What moves of `smooth` leave as it is. */
  function drawCells(state) {
    parts = partsOf(state);
    const inset = (cell) => (isBlock(state, parts.kinds.get(cell)) ? 0 : GAP / 2);
    cells.attr("class", (cell) => parts.kinds.get(cell))
      .classed("block", (cell) => isBlock(state, parts.kinds.get(cell)))
      .attr("fill", (cell) => fillOf(hatches[parts.kinds.get(cell)]))
      .attr("x", (cell) => cell.x * CELL + inset(cell))
      .attr("y", (cell) => cell.y * CELL + inset(cell))
      .attr("width", (cell) => CELL - 2 * inset(cell))
      .attr("height", (cell) => CELL - 2 * inset(cell));
    svg.style("--found", `${100 * state.overlap}%`).attr("aria-label", labelOf(state));
    for (const [kind, tag] of Object.entries(tags)) writeTag(tag, state, kind);
    key.replaceChildren(...keyOf(state));
  }

  return {
    element: h(
      "div.smoothing-picture",
      h("div.sg-frame", svg.node(), ...Object.values(tags)), key,
    ),
    update(state, { pull, push }) {
      const what = [state.size, state.overlap, state.false_positives].join();
      if (what !== drawn) drawCells(state);
      drawn = what;
      up.attr("d", arrowsOn(free(state, "lesion", parts.lesion), pull ?? 0, -1));
      const beside = [...free(state, "alarm", parts.alarm), ...parts.background];
      down.attr("d", arrowsOn(beside, push ?? 0, 1));
    },
  };
}

/** The cells of lesion, false alarms and background, and of each cell what it is. */
function partsOf({ size, false_positives }) {
  const lesion = BY_LESION.slice(0, Math.min(size, MOST.lesion));
  const beside = BY_ALARM.filter((cell) => !lesion.includes(cell));
  const alarms = Math.min(false_positives, MOST.alarm);
  const parts = { lesion, alarm: beside.slice(0, alarms), background: beside.slice(alarms) };
  const kinds = new Map(Object.entries(parts).flatMap(([kind, cells]) => (
    cells.map((cell) => [cell, kind])
  )));
  return { ...parts, kinds };
}

function fillOf(hatch) {
  return hatch === undefined ? null : `url(#${hatch})`;
}

function isBlock({ size, false_positives }, kind) {
  return { lesion: size, alarm: false_positives }[kind] > MOST[kind];
}

function placeOf({ x, y }) {
  const [left, top] = [x, y].map((at) => `${((100 * (at + 0.5)) / SIDE).toFixed(1)}%`);
  return `left:${left};top:${top}`;
}

function writeTag(tag, state, kind) {
  const number = { lesion: state.size, alarm: state.false_positives }[kind];
  tag.hidden = !isBlock(state, kind);
  tag.replaceChildren(h("b", count(number)), " pixels");
}

/** The cells of a part that carry an arrow: not those under the words of a block. */
function free(state, kind, cells) {
  if (!isBlock(state, kind)) return cells;
  const { x, y } = TAGS[kind];
  return cells.filter((cell) => (
    Math.abs(cell.x - x) > TAG.wide || Math.abs(cell.y - y) > TAG.high
  ));
}

/** Arrows in the middle of each cell, up (-1) or down (1), their area as large as the share. */
function arrowsOn(cells, share, way) {
  const size = 0.45 * CELL * Math.sqrt(Math.min(share, 1));
  if (size < 0.4) return "";
  const [wide, stem] = [0.78 * size, 0.3 * size].map((width) => width.toFixed(2));
  const [long, head] = [size, 0.95 * size].map((length) => (way * length).toFixed(2));
  const back = (-way * size).toFixed(2);
  return cells.map(({ x, y }) => (
    `M${(x + 0.5) * CELL},${(y + 0.5) * CELL}m0,${long}l${wide},${-head}h${stem - wide}v${back}`
    + `h${-2 * stem}v${-back}h${stem - wide}z`
  )).join("");
}

/** A miss is hatched in the colour of the truth, a false alarm in that of the prediction. */
function addHatches(svg) {
  const strokes = { lesion: "M-1,1L1,-1M-1,7L7,-1M5,7L7,5", alarm: "M-1,5L1,7M-1,-1L7,7M5,-1L7,1" };
  return Object.fromEntries(Object.entries(strokes).map(([kind, path]) => {
    const id = freshId(kind);
    const pattern = svg.append("pattern").attr("id", id).attr("class", `smoothing-hatch ${kind}`)
      .attr("patternUnits", "userSpaceOnUse").attr("width", 6).attr("height", 6);
    pattern.append("rect").attr("width", 6).attr("height", 6);
    pattern.append("path").attr("d", path);
    return [kind, id];
  }));
}

function labelOf({ size, overlap, false_positives }) {
  return `A picture of pixels: a lesion of ${pixels(size)}, ${percent(overlap)} of it found; `
    + `${pixels(false_positives)} of false alarm beside it; arrows for pull and push.`;
}

function keyOf({ size, overlap, false_positives }) {
  const found = overlap === 0 ? "all missed" : `${percent(overlap)} found`;
  const lesion = size === 0 ? [] : [["lesion", `lesion: ${pixels(size)}, ${found}`]];
  const wrong = `false alarms: ${pixels(false_positives)}`;
  const alarms = false_positives === 0 ? [] : [["alarm", wrong]];
  return [...lesion, ...alarms].map(([kind, text]) => (
    h("span", h("i", { class: kind }), text)
  ));
}

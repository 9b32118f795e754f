// The slice in which nothing is: its pixels, those that are predicted among them.

import { ascending, range } from "d3-array";
import { create } from "d3-selection";

import { freshId, h } from "../../core/dom.mjs";
import { count, pixels } from "../../core/numbers.mjs";

const SIDE = 20; // squares
const CELL = 10; // of the drawing's units
const GAP = 1;

// The false alarms grow from two places.
const PLACES = [{ x: 6, y: 7, size: 1 }, { x: 13.5, y: 13, size: 0.75 }];
const CELLS = range(SIDE * SIDE).map((i) => ({ x: i % SIDE, y: Math.floor(i / SIDE) }));
const ORDER = CELLS.toSorted((one, other) => ascending(far(one), far(other)));

/** The picture: {element, update(volume)}. */
export function slicePicture() {
  const svg = create("svg:svg").attr("role", "img")
    .attr("viewBox", `0 0 ${SIDE * CELL} ${SIDE * CELL}`);
  svg.append("path").attr("class", "volume-empty").attr("d", squares(CELLS));
  const wrong = svg.append("path").attr("class", "volume-wrong").attr("fill", hatch(svg));
  const words = h("p");
  return {
    element: h("div.volume-slice", svg.node(), words),
    update(volume) {
      const unit = unitOf(volume);
      wrong.attr("d", squares(ORDER.slice(0, Math.round(volume / unit))));
      const each = unit === 1 ? "" : `; a square stands for ${count(unit)}`;
      words.textContent = volume === 0
        ? "an empty slice, and nothing predicted in it"
        : `an empty slice, ${pixels(volume)} predicted in it${each}`;
      svg.attr("aria-label", words.textContent);
    },
  };
}

/** The fill of a false alarm: hatched in the colour of the prediction. */
function hatch(svg) {
  const id = freshId("alarm");
  const pattern = svg.append("pattern").attr("id", id).attr("class", "volume-hatch")
    .attr("patternUnits", "userSpaceOnUse").attr("width", 5).attr("height", 5);
  pattern.append("rect").attr("width", 5).attr("height", 5);
  pattern.append("path").attr("d", "M-1,4L1,6M-1,-1L6,6M4,-1L6,1");
  return `url(#${id})`;
}

function far({ x, y }) {
  const wave = 0.7 * Math.sin(1.1 * x - 0.8 * y);
  return Math.min(...PLACES.map((place) => (
    (Math.hypot(x - place.x, y - place.y) + wave) / place.size
  )));
}

/** How many pixels a square stands for, so that all are in the picture. */
function unitOf(volume) {
  return 10 ** Math.max(0, Math.ceil(Math.log10(volume / CELLS.length)));
}

function squares(cells) {
  const size = CELL - GAP;
  return cells.map(({ x, y }) => (
    `M${x * CELL + GAP / 2},${y * CELL + GAP / 2}h${size}v${size}h${-size}z`
  )).join("");
}

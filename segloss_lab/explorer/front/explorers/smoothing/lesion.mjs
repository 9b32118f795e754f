// The figure: the lesion and what is beside it as pixels, on each an arrow up where the loss pulls
// its probability up and down where it pushes it down; and both as bars on one scale, that of the
// pull in the same picture at smooth 1e-5.

import { ascending, range } from "d3-array";

import { barChart } from "../../charts/bars.mjs";
import { partsPicture } from "../../charts/parts.mjs";
import { s, set } from "../../charts/svg.mjs";
import { h } from "../../core/dom.mjs";
import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { strengths } from "./math.mjs";
import { summary } from "./words.mjs";

const SIDE = 12; // pixels
const SLIGHT = 5e-4; // a share that is written as less than a tenth of a percent

const CELLS = range(SIDE * SIDE).map((i) => [i % SIDE, Math.floor(i / SIDE)]);

// Lesion and false alarms: the field that has their number, and their cells, which grow from a place
// with a border that is no circle; of at most so many a cell is a pixel, of more several.
const PARTS = {
  lesion: { field: "size", cells: nearestTo(3.4, 3.6), most: 36 },
  alarms: { field: "false_positives", cells: nearestTo(9.6, 9.2), most: 98 },
};

export function drawLesion() {
  const picture = pixelPicture();
  const bars = barChart("Share of the pull at smooth 10⁻⁵", shareText);
  return {
    charts: [picture.element, bars.element],
    aside: null,
    bottom: null,
    update(state, before) {
      const now = strengths(state);
      const past = before === null ? {} : strengths(before);
      const bar = (key, name, color) => ({
        name, value: now[key], before: past[key], color: `var(--sg-${color})`,
      });
      picture.update(state, now);
      bars.update([
        bar("pull", "pull on the lesion", "truth"), bar("push", "push beside it", "prediction"),
      ], summary(state));
    },
    stop() {},
  };
}

function shareText(share) {
  return share > 0 && share < SLIGHT ? "< 0.1%" : percent(share);
}

function nearestTo(x, y) {
  const far = ([column, row]) => (
    Math.hypot(column - x, row - y) + 0.4 * Math.sin(1.3 * column - 0.9 * row)
  );
  return CELLS.toSorted((one, other) => ascending(far(one), far(other)));
}

function pixelPicture() {
  const picture = partsPicture({ grid: true });
  const [up, down] = ["pull", "push"].map((name) => s(`path.smoothing-${name}`));
  picture.node.append(up, down);
  const key = h("div.smoothing-key");
  return {
    element: h("div.smoothing-picture", picture.node, key),
    update(state, { pull, push }) {
      const { lesion, alarms, background } = cellsOf(state);
      const texts = textsOf(state);
      set(picture.node, {
        role: "img", style: `--found:${state.overlap}`,
        "aria-label": `Pixels: ${Object.values(texts).join("; ")}; arrows for pull and push.`,
      });
      // A pixel is as much found as it is predicted: one colour over the other.
      picture.update(
        { object: lesion, found: lesion, missed: lesion, alarms }, { x: 0, y: 0, side: SIDE },
      );
      set(up, { d: arrowsOn(lesion, pull ?? 0, -1) });
      set(down, { d: arrowsOn([...alarms, ...background], push ?? 0, 1) });
      key.replaceChildren(...Object.entries(texts).map(([part, text]) => (
        h("span", h(`i.sg-part.${part}`), text)
      )));
    },
  };
}

/** The cells of lesion, false alarms and background. */
function cellsOf(state) {
  const taken = ({ field, most }, cells) => cells.slice(0, Math.min(state[field], most));
  const lesion = taken(PARTS.lesion, PARTS.lesion.cells);
  const beside = PARTS.alarms.cells.filter((cell) => !lesion.includes(cell));
  const alarms = taken(PARTS.alarms, beside);
  return { lesion, alarms, background: beside.slice(alarms.length) };
}

/** Arrows in the middle of each cell, up (-1) or down (1), their area as large as the share. */
function arrowsOn(cells, share, way) {
  const size = 0.45 * Math.sqrt(Math.min(share, 1));
  if (size < 0.02) return "";
  const [wide, stem] = [0.78, 0.3].map((width) => width * size);
  const [long, head, back] = [1, 0.95, -1].map((length) => way * length * size);
  const arrow = [
    ["m", 0, long], ["l", wide, -head], ["h", stem - wide], ["v", back], ["h", -2 * stem],
    ["v", -back], ["h", stem - wide],
  ].map(([pen, ...by]) => pen + by.map((length) => Number(length.toFixed(4)))).join("");
  return cells.map(([column, row]) => `M${column + 0.5},${row + 0.5}${arrow}z`).join("");
}

/** What there is in words, by the colours that it has. */
function textsOf(state) {
  const { size, overlap, false_positives } = state;
  const found = overlap === 0 ? "all missed" : `${percent(overlap)} found`;
  const square = ({ field, most }) => (
    state[field] > most ? ` (a square: ${rounded(state[field] / most)} pixels)` : ""
  );
  return {
    ...size > 0 && {
      [overlap === 1 ? "found" : "missed"]:
        `lesion: ${pixels(size)}, ${found}${square(PARTS.lesion)}`,
    },
    ...false_positives > 0 && {
      alarms: `false alarms: ${pixels(false_positives)}${square(PARTS.alarms)}`,
    },
  };
}

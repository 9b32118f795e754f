// A hard mask in its pixels: an object and false alarms around it, each pixel a square. What was
// found is filled, a miss is hatched in the colour of the truth, a false alarm in that of the
// prediction.

import { range } from "d3-array";

import { freshId, h, setText } from "../core/dom.mjs";
import { count } from "../core/numbers.mjs";
import { s, set } from "./svg.mjs";

const HATCHES = { missed: "M0,1L1,0", alarms: "M0,0L1,1" };
const REACH = 19; // a disc of so many pixels to each side is all that is ever drawn
const NAMES = { found: "found", missed: "missed", alarms: "false alarms" };

/**
 * All pixels [column, row] around the middle, the nearest first: the first n of them are a disc.
 * The middle lies beside that of a pixel, lest whole rings be as near.
 */
const AROUND = range(-REACH, REACH + 1)
  .flatMap((row) => range(-REACH, REACH + 1).map((column) => [column, row]))
  .sort((a, b) => distance(a) - distance(b) || a[1] - b[1] || a[0] - b[0]);

function distance([column, row]) {
  return (10 * column + 4) ** 2 + (10 * row + 3) ** 2;
}

/**
 * The pixels of each part, where an object of `size` pixels is found from its left on and false
 * alarms lie around it; at most 1000 pixels in all.
 */
export function partsOf({ size, found, alarms = 0 }) {
  const object = leftFirst(AROUND.slice(0, size));
  return {
    object,
    found: object.slice(0, found),
    missed: object.slice(found),
    alarms: AROUND.slice(size, size + alarms),
  };
}

/** The share of an object of `size` pixels that lies left of a column. */
export function shareLeftOf(column, size) {
  const object = AROUND.slice(0, size);
  return size === 0 ? 0 : object.filter((pixel) => pixel[0] + 0.5 < column).length / size;
}

/** The least radius of a square around the middle that holds `n` pixels. */
export function reachOf(n) {
  return Math.ceil(Math.sqrt(n / Math.PI)) + 1;
}

function leftFirst(cells) {
  return cells.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/**
 * The picture of a mask, as an SVG without size: {node, update(parts, window)}, where the window
 * {x, y, side} is what is shown of the plane of pixels. With `grid` its pixels are ruled; `plain`
 * fills what others hatch, where pixels are too small for that; `under` is a picture that shows
 * through.
 */
export function partsPicture({ grid = false, plain = false, under = null } = {}) {
  const paper = s("rect.paper");
  const lines = s("path.grid");
  const edge = s("path.edge");
  const hatches = plain ? {} : Object.fromEntries(
    Object.keys(HATCHES).map((part) => [part, createHatch(part)]),
  );
  const areas = Object.keys(NAMES).map((part) => [part, s(`path.area.${part}`, {
    fill: part in hatches ? `url(#${hatches[part].id})` : null,
  })]);
  const node = s(
    `svg.sg-parts${under ? ".over" : ""}`, {},
    paper, ...(under ? [under] : []), lines, ...Object.values(hatches), ...areas.map(([, area]) => area), edge,
  );
  return {
    node,
    update(parts, { x, y, side }) {
      set(node, { viewBox: `${x} ${y} ${side} ${side}` });
      set(paper, { x, y, width: side, height: side });
      if (grid) set(lines, { d: ruling(x, y, side) });
      for (const hatch of Object.values(hatches)) {
        set(hatch, { patternTransform: `scale(${side / 32})` });
      }
      for (const [part, area] of areas) set(area, { d: filled(parts[part]) });
      set(edge, { d: outline(parts.object) });
    },
  };
}

function createHatch(part) {
  const square = { width: 1, height: 1 };
  return s(
    `pattern.hatch.${part}`, { id: freshId(part), patternUnits: "userSpaceOnUse", ...square },
    s("rect", square), s("path", { d: HATCHES[part] }),
  );
}

function filled(cells) {
  return cells.map(([column, row]) => `M${column},${row}h1v1h-1z`).join("");
}

/** The edges between the cells and what is outside them. */
function outline(cells) {
  const inside = new Set(cells.map(String));
  const open = (column, row, path) => (inside.has(`${column},${row}`) ? "" : path);
  return cells.map(([x, y]) => (
    open(x, y - 1, `M${x},${y}h1`) + open(x, y + 1, `M${x},${y + 1}h1`)
    + open(x - 1, y, `M${x},${y}v1`) + open(x + 1, y, `M${x + 1},${y}v1`)
  )).join("");
}

function ruling(x, y, side) {
  return range(1, side).map((i) => `M${x + i},${y}v${side}M${x},${y + i}h${side}`).join("");
}

/** What the colours mean, each part with its number of pixels: {element, update(parts)}. */
export function partsLegend(names = Object.keys(NAMES)) {
  const entries = names.map((part) => [part, h("b")]);
  const nodes = entries.map(([part, number]) => (
    h("span", h("i", { class: `sg-part ${part}` }), `${NAMES[part]} `, number)
  ));
  return {
    element: h("div.sg-parts-legend", ...nodes),
    update(parts) {
      for (const [part, number] of entries) setText(number, count(parts[part].length));
    },
  };
}

// The sheet that a loss spans over the square of two errors: triangles, each shaded by how steep it
// is, so that what is flat has one shade and what is curved has many.

import { cross, least, pairs, range, ticks } from "d3-array";

export const LEVELS = ticks(0, 1, 10).slice(1, -1); // of lines of equal loss
const LIGHT = [-0.72, 0.42, 0.55]; // towards the lamp
const TALL = 0.62; // how steep a slope of 1 is for the lamp

/**
 * The triangles, as `surface` takes them, over the cells between `stops` along both axes, in the
 * colour `tint`. The halves of a cell meet on its diagonal: where the stops have the third error
 * among them, no triangle reaches over a line on which two errors tie.
 */
export function patches(stops, lossAt, tint) {
  const node = (x, y) => [x, y, lossAt(x, y)];
  return cross(pairs(stops), pairs(stops)).flatMap(([[x, nextX], [y, nextY]]) => {
    const [near, far] = [node(x, y), node(nextX, nextY)];
    const [right, up] = [node(nextX, y), node(x, nextY)];
    // Along both legs from the corner where the cell's sides meet, x and then y.
    return [[right, near, far], [up, far, near]].map(([corner, alongX, alongY]) => {
      const corners = [corner, alongX, alongY];
      const slopes = [alongX, alongY].map((end, axis) => (
        (TALL * (end[2] - corner[2])) / (end[axis] - corner[axis])
      ));
      return { corners, lines: contourOf(corners), fill: fillOf(slopes, tint) };
    });
  });
}

/** The more of its colour, the more it faces away from the lamp. */
function fillOf([slopeX, slopeY], tint) {
  const facing = (LIGHT[2] - slopeX * LIGHT[0] - slopeY * LIGHT[1]) / Math.hypot(slopeX, slopeY, 1);
  const shade = Math.round(Math.min(Math.max(150 - 124 * facing, 20), 95));
  return (color) => `color-mix(in srgb, ${color(tint)} ${shade}%, ${color("paper")})`;
}

/** Where a triangle's z passes through the levels: lines [[x, y, z], [x, y, z]]. */
function contourOf(corners) {
  const sides = pairs([...corners, corners[0]]);
  return LEVELS.map((level) => sides.flatMap(([a, b]) => {
    const share = (level - a[2]) / (b[2] - a[2]);
    return (a[2] < level) === (b[2] < level)
      ? [] : [a.map((at, axis) => at + share * (b[axis] - at))];
  })).filter(({ length }) => length > 0);
}

/**
 * The place {x, y}, in hundredths, whose loss is drawn nearest to a point of the picture: the
 * nearest of a coarse net, then of ever finer ones around what was found.
 */
export function placeUnder([left, top], view, lossAt) {
  const away = ({ x, y }) => {
    const [atLeft, atTop] = view([x, y, lossAt(x, y)]);
    return Math.hypot(atLeft - left, atTop - top);
  };
  const hundredth = (value) => Math.min(Math.max(Math.round(value * 100) / 100, 0), 1);
  let nearest = { x: 0.5, y: 0.5 };
  for (const [step, reach] of [[0.1, 5], [0.04, 2], [0.02, 2], [0.01, 2]]) {
    const steps = range(-reach, reach + 1).map((k) => k * step);
    const net = cross(steps, steps, (right, up) => (
      { x: hundredth(nearest.x + right), y: hundredth(nearest.y + up) }
    ));
    nearest = least(net, away);
  }
  return nearest;
}

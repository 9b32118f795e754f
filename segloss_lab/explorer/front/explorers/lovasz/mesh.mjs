// A sheet over the square of two errors as triangles, each in a plane where the sheet is.

import { range } from "d3-array";

/**
 * The triangles, three [x, y, z] each, over the cells between `stops` along both axes. The halves
 * of a cell meet on its diagonal: where the stops have the third error among them, no triangle reaches
 * over a line on which two errors tie.
 */
export function triangles(stops, lossAt) {
  const nodes = stops.map((y) => stops.map((x) => [x, y, lossAt(x, y)]));
  const cells = range(stops.length - 1);
  return cells.flatMap((j) => cells.flatMap((i) => {
    const [near, far] = [nodes[j][i], nodes[j + 1][i + 1]];
    return [[near, nodes[j][i + 1], far], [near, nodes[j + 1][i], far]];
  }));
}

/** Where a triangle's z passes through the levels: segments [[x, y, z], [x, y, z]]. */
export function contourOf(corners, levels) {
  return levels.flatMap((level) => {
    const cuts = range(3).flatMap((k) => {
      const [a, b] = [corners[k], corners[(k + 1) % 3]];
      if ((a[2] < level) === (b[2] < level)) return [];
      return [between(a, b, (level - a[2]) / (b[2] - a[2]))];
    });
    return cuts.length === 2 ? [cuts] : [];
  });
}

/**
 * The place [x, y, z] on the triangles that is drawn nearest to a point of the picture, where
 * `view(corner)` says where a corner is drawn. Of several the last counts, which is painted on top.
 */
export function placeUnder(sheet, view, point) {
  let nearest = { distance: Infinity };
  for (const corners of sheet) {
    const here = nearestIn(corners, corners.map(view), point);
    if (here.distance <= nearest.distance) nearest = here;
  }
  return nearest.place;
}

function nearestIn(corners, drawn, point) {
  const shares = sharesOf(drawn, point);
  if (shares.every((share) => share >= 0)) {
    const place = range(3).map((axis) => (
      shares.reduce((total, share, k) => total + share * corners[k][axis], 0)
    ));
    return { distance: 0, place };
  }
  const onEdges = range(3).map((k) => {
    const other = (k + 1) % 3;
    const share = shareAlong(drawn[k], drawn[other], point);
    const [x, y] = between(drawn[k], drawn[other], share);
    return {
      distance: Math.hypot(x - point[0], y - point[1]),
      place: between(corners[k], corners[other], share),
    };
  });
  return onEdges.reduce((one, other) => (other.distance < one.distance ? other : one));
}

/** The shares of a triangle's corners that make up a point of its plane. */
function sharesOf([a, b, c], point) {
  const from = (corner) => [corner[0] - point[0], corner[1] - point[1]];
  const cross = (p, q) => from(p)[0] * from(q)[1] - from(p)[1] * from(q)[0];
  const parts = [cross(b, c), cross(c, a), cross(a, b)];
  const total = parts[0] + parts[1] + parts[2];
  return parts.map((part) => (total === 0 ? -1 : part / total)); // one seen edge-on holds no point
}

function shareAlong(a, b, point) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
  return Math.min(Math.max(share, 0), 1);
}

function between(a, b, share) {
  return a.map((at, axis) => at + share * (b[axis] - at));
}

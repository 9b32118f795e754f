// The edges of a mask of square pixels as closed loops.

/**
 * The loops of a mask of `side` by `side` zeros and ones, each a list of corners [x, y] in pixels
 * of the mask, the mask on their right; corners are moved inside by `inset`.
 */
export function loopsOf(mask, side, inset = 0) {
  const next = edgesOf(mask, side);
  const loops = [];
  for (const [start, ends] of next) {
    while (ends.length > 0) loops.push(moved(loopFrom(start, next), side, inset));
  }
  return loops;
}

/** From each corner to those that edges lead to, the mask on their right. */
function edgesOf(mask, side) {
  const at = (x, y) => (x < 0 || y < 0 || x >= side || y >= side ? 0 : mask[y * side + x]);
  const next = new Map();
  const add = (fromX, fromY, toX, toY) => {
    const from = fromY * (side + 1) + fromX;
    if (!next.has(from)) next.set(from, []);
    next.get(from).push(toY * (side + 1) + toX);
  };
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] !== 1) continue;
    const [y, x] = [Math.floor(i / side), i % side];
    if (at(x, y - 1) === 0) add(x, y, x + 1, y);
    if (at(x + 1, y) === 0) add(x + 1, y, x + 1, y + 1);
    if (at(x, y + 1) === 0) add(x + 1, y + 1, x, y + 1);
    if (at(x - 1, y) === 0) add(x, y + 1, x, y);
  }
  return next;
}

/** Follow the edges, each taken once, from a corner back to it. */
function loopFrom(start, next) {
  const corners = [];
  let corner = start;
  do {
    corners.push(corner);
    corner = next.get(corner).pop();
  } while (corner !== start);
  return corners;
}

/** Each corner moved to the right of the edge before it and of the one after it. */
function moved(loop, side, inset) {
  const places = loop.map((corner) => [corner % (side + 1), Math.floor(corner / (side + 1))]);
  return places.map(([x, y], i) => {
    const [beforeX, beforeY] = places.at(i - 1);
    const [afterX, afterY] = places[(i + 1) % places.length];
    const turns = (x - beforeX) * (afterY - y) !== (y - beforeY) * (afterX - x);
    const share = turns ? inset : inset / 2; // both edges have one right where it goes straight on
    return [x - share * (y - beforeY + afterY - y), y + share * (x - beforeX + afterX - x)];
  });
}

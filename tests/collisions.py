"""Texts of a figure that lie on one another, on a curve or a marker, that are cut off or too small.

``clashes(figure)`` takes the locator of any figure and gives one line for each such pair; nothing
in it knows of a kind. What is painted on a canvas it cannot see.
"""

from playwright.sync_api import Locator

# Boxes hold the room above and below the letters, too: a text is its box less these pixels.
ABOVE, BESIDE = 3, 1

LOOK = """(figure, [above, beside]) => {
  const texts = textsOf(figure);
  const found = [];
  for (const [i, one] of texts.entries()) {
    for (const other of texts.slice(i + 1)) {
      if (meet(one.core, other.core)) found.push(`"${one.text}" on "${other.text}"`);
    }
    for (const frame of framesOf(one.node)) {
      if (!holds(frame, one.core)) found.push(`"${one.text}" is cut off`);
    }
  }
  const drawn = texts.filter(({ node }) => node.closest("svg, .sg-charts"));
  for (const stroke of strokesOf(figure)) {
    const near = drawn.filter(({ core }) => meet(core, stroke.getBoundingClientRect(), 3));
    const on = pointsOf(stroke, near);
    // Contours and arrows fill their plane: only a name with a halo can stand there.
    const fills = stroke.closest(".sg-contours, .sg-arrows, .sg-edges") !== null;
    for (const { node, text, core } of near) {
      if (fills && hasHalo(node)) continue;
      if (on.some((point) => inside(core, point))) found.push(`"${text}" on ${nameOf(stroke)}`);
    }
  }
  for (const marker of figure.querySelectorAll("svg .sg-marker, svg .sg-dot")) {
    const box = marker.getBoundingClientRect();
    if (box.width === 0 || !seen(marker)) continue;
    const on = drawn.filter(({ core }) => meet(core, box));
    found.push(...on.map(({ text }) => `"${text}" on ${nameOf(marker)}`));
  }
  return [...new Set(found)];

  /** Every text in sight as {text, node, core}: of an svg whole, of HTML line by line. */
  function textsOf(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const all = new Map();
    while (walker.nextNode()) {
      const { textContent, parentElement } = walker.currentNode;
      if (!textContent.trim() || !seen(parentElement)) continue;
      if (parentElement.closest("select, textarea, style, .sg-tooltip, [data-halo]")) continue;
      const node = parentElement.closest("svg text") ?? parentElement;
      const of = node === parentElement ? walker.currentNode : node;
      all.set(of, { node, of, text: node.textContent.trim().slice(0, 40) });
    }
    return [...all.values()].flatMap(({ node, of, text }) => (
      boxesOf(of).map((box) => ({ node, text, core: coreOf(box) }))
    ));
  }

  function boxesOf(node) {
    if (node.nodeType === Node.ELEMENT_NODE) return [node.getBoundingClientRect()];
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
  }

  /** A text that stands upright is as narrow across as others are high. */
  function coreOf({ left, right, top, bottom }) {
    const upright = bottom - top > 2 * (right - left);
    const [x, y] = upright ? [above, beside] : [beside, above];
    return { left: left + x, right: right - x, top: top + y, bottom: bottom - y };
  }

  /** In sight, and not cut down to nothing for those alone who listen. */
  function seen(element) {
    for (let at = element; at !== null && at !== figure; at = at.parentElement) {
      if (getComputedStyle(at).clipPath === "inset(50%)") return false;
    }
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  function meet(a, b, slack = 0) {
    return a.left < b.right + slack && b.left < a.right + slack
      && a.top < b.bottom + slack && b.top < a.bottom + slack;
  }

  function holds(frame, core) {
    return core.left >= frame.left - 1 && core.right <= frame.right + 1
      && core.top >= frame.top - 1 && core.bottom <= frame.bottom + 1;
  }

  function inside({ left, right, top, bottom }, { x, y }) {
    return x > left && x < right && y > top && y < bottom;
  }

  /** The boxes beyond which a text is not seen: its picture's, and of all that scroll or cut. */
  function framesOf(node) {
    const frames = [figure];
    for (let at = node; at !== figure; at = at.parentElement) {
      const cuts = getComputedStyle(at).overflowX !== "visible" && !(at instanceof SVGElement);
      if (cuts || at.tagName === "svg") frames.push(at);
    }
    return frames.map((frame) => frame.getBoundingClientRect());
  }

  /** Lines that stand for something: no axis, no grid, no leader of a name, no frame of a map. */
  function strokesOf(root) {
    const apart = ".tick, .domain, .sg-break, .sg-labels, .sg-mark, .sg-handle,"
      + " defs, clipPath, [data-frame]";
    return [...root.querySelectorAll("svg :is(path, line, polyline)")].filter((node) => {
      if (node.closest(apart) || !seen(node)) return false;
      const { stroke, fill, strokeOpacity } = getComputedStyle(node);
      const line = node.tagName !== "path" || fill === "none" || node.matches(".sg-line");
      return line && stroke !== "none" && Number(strokeOpacity) > 0
        && !node.matches(".sg-marker, .sg-dot");
    });
  }

  /** Points along a line, each a pixel or two from the next, as the window has them. */
  function pointsOf(stroke, near) {
    if (near.length === 0) return [];
    const matrix = stroke.getScreenCTM();
    const length = stroke.getTotalLength();
    const steps = Math.min(Math.ceil(length / 1.5), 4000);
    return Array.from({ length: steps + 1 }, (_, i) => (
      stroke.getPointAtLength((length * i) / Math.max(steps, 1)).matrixTransform(matrix)
    ));
  }

  function hasHalo(node) {
    const { paintOrder, stroke } = getComputedStyle(node);
    return paintOrder.startsWith("stroke") && stroke !== "none";
  }

  function nameOf(node) {
    const curve = node.closest("[class*=sg-]:not(svg):not(path):not(line)");
    const own = node.getAttribute("class") ?? node.tagName;
    return `${own} of ${curve?.getAttribute("class") ?? "a picture"}`;
  }
}"""

SMALL = """(figure) => [...figure.querySelectorAll(".sg-charts *")].flatMap((node) => {
  const text = [...node.childNodes].some(({ nodeType, textContent }) => (
    nodeType === Node.TEXT_NODE && textContent.trim()
  ));
  if (!text || !node.checkVisibility() || node.closest("option, style")) return [];
  const matrix = node instanceof SVGElement ? node.getScreenCTM() : { b: 0, d: 1 };
  const size = parseFloat(getComputedStyle(node).fontSize) * Math.hypot(matrix.b, matrix.d);
  // A power is written above the line, small by nature.
  return size < 12.9 && !node.closest("sup, sub, tspan[dy]")
    ? [`"${node.textContent.trim().slice(0, 40)}" ${size.toFixed(1)} px`] : [];
})"""


def clashes(figure: Locator) -> list[str]:
    """Name every text of a figure that lies on another, on a curve, on a marker, or is cut off."""
    return figure.evaluate(LOOK, [ABOVE, BESIDE])


def too_small(figure: Locator) -> list[str]:
    """Name every text in a figure's pictures of less than 13 pixels."""
    return sorted(set(figure.evaluate(SMALL)))

// A short hand for building SVG, and for changing no more of it than what differs.

/** `s("path.sg-line", {d: "M0,0h9"}, child)`: as `h` builds HTML. */
export function s(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  node.classList.add(...classes);
  node.append(...children);
  return set(node, attributes);
}

/** Give a node these attributes: one that is null is removed, `text` is what the node says. */
export function set(node, { text = null, ...attributes }) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
  // A text is slow to lay out.
  if (text !== null && node.textContent !== text) node.textContent = text;
  return node;
}

/** One child of a node for each datum, each by `make()` where there is none yet. */
export function sync(node, data, make, update) {
  for (const [i, datum] of data.entries()) {
    update(node.children[i] ?? node.appendChild(make()), datum, i);
  }
  while (node.children.length > data.length) node.lastChild.remove();
}

const KEYS = new WeakMap();

/** Give a node the children that `make()` gives, but only where `key` is another than before. */
export function refill(node, key, make) {
  if (KEYS.get(node) === key) return;
  KEYS.set(node, key);
  node.replaceChildren(...make());
}

/** A path through points [x, y]; where one is no number, the line breaks off. */
export function pathThrough(points) {
  let pen = "M";
  return points.map(([x, y]) => {
    const step = Number.isFinite(y) ? `${pen}${x.toFixed(2)},${y.toFixed(2)}` : "";
    pen = step ? "L" : "M";
    return step;
  }).join("");
}

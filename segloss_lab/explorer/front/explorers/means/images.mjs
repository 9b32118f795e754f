// The two images in their pixels, each object with what was found of it.

import { partsLegend, partsOf, partsPicture, shareLeftOf } from "../../charts/parts.mjs";
import { h } from "../../core/dom.mjs";
import { count } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { remember } from "../../core/remember.mjs";

const SIDE = 48; // pixels of an image, along each axis
const WINDOW = { x: -SIDE / 2, y: -SIDE / 2, side: SIDE };
const PARTS = ["found", "missed"];

/** One picture for each of the fields of found shares: {element, update(objects)}. */
export function imagesPicture(names, store) {
  const images = names.map((name, i) => createImage(
    `image ${i + 1}`, (found) => store.set({ [name]: found }, "chart"),
  ));
  const legend = partsLegend(PARTS);
  return {
    element: h(
      "div.sg-chart.sg-images", ...images.map(({ element }) => element), legend.element,
    ),
    update(objects) {
      const parts = images.map((image, i) => image.update(objects[i]));
      legend.update(Object.fromEntries(
        PARTS.map((part) => [part, parts.flatMap((each) => each[part])]),
      ));
    },
  };
}

function createImage(name, onFound) {
  const picture = partsPicture();
  const { node } = picture;
  const title = h("span");
  const parts = remember(partsOf);
  let shown = null;
  let all = 0;
  node.setAttribute("role", "img");
  followPointer(node, {
    move(x) { onFound(shareLeftOf((x / node.clientWidth - 0.5) * SIDE, all)); },
    point() {},
    leave() {},
  });
  return {
    element: h("div", h("b", name), title, node),
    /** Show an object, and give its parts; a move seldom changes both images. */
    update(object) {
      const { size, found } = object;
      const pixels = parts([size, found].join(), object);
      if (pixels === shown) return pixels;
      [shown, all] = [pixels, size];
      title.textContent = `: ${count(found)} of ${count(size)} found`;
      node.setAttribute("aria-label", `The object of ${name}${title.textContent}.`);
      picture.update(pixels, WINDOW);
      return pixels;
    },
  };
}

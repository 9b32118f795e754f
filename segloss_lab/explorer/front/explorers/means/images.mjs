// The two images in their pixels, each object with what was found of it.

import { partsLegend, partsOf, partsPicture, shareLeftOf } from "../../charts/parts.mjs";
import { h } from "../../core/dom.mjs";
import { count } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { remember } from "../../core/remember.mjs";

const SIDE = 48; // pixels of an image, along each axis
const WINDOW = { x: -SIDE / 2, y: -SIDE / 2, side: SIDE };

/** One picture for each of the fields of found shares: {element, update(objects)}. */
export function imagesPicture(names, store) {
  const images = names.map((name, i) => createImage(
    `image ${i + 1}`, (found) => store.set({ [name]: found }, "chart"),
  ));
  const legend = partsLegend(["found", "missed"]);
  return {
    element: h(
      "div.sg-chart.means-picture",
      h("div.means-images", ...images.map(({ element }) => element)), legend.element,
    ),
    update(objects) {
      const parts = images.map((image, i) => image.update(objects[i]));
      legend.update(Object.fromEntries(
        ["found", "missed"].map((part) => [part, parts.flatMap((each) => each[part])]),
      ));
    },
  };
}

function createImage(name, onFound) {
  const picture = partsPicture();
  const title = h("div.means-name");
  const parts = remember(partsOf);
  let size = 0;
  picture.node.setAttribute("role", "img");
  const sweep = (x) => {
    const { width } = picture.node.getBoundingClientRect();
    onFound(shareLeftOf((x / width - 0.5) * SIDE, size));
  };
  followPointer(picture.node, { move: sweep, point() {}, leave() {} });
  return {
    element: h("div", title, picture.node),
    update(object) {
      size = object.size;
      const words = `${count(object.found)} of ${count(size)} found`;
      title.replaceChildren(h("b", name), `: ${words}`);
      picture.node.setAttribute("aria-label", `The object of ${name}: ${words}.`);
      const pixelsOf = parts([size, object.found].join(), object);
      picture.update(pixelsOf, WINDOW);
      return pixelsOf;
    },
  };
}

// The masks as a picture whose prediction is dragged, or that is painted, by pointer or by keys.

import { range } from "d3-array";

import { partsLegend } from "../../charts/parts.mjs";
import { s } from "../../charts/svg.mjs";
import { freshId, h } from "../../core/dom.mjs";
import { stateButtons } from "../../core/states.mjs";
import { pixelFrame, wordsOf } from "./frame.mjs";
import { SIDE, decode, encode, pixelAt, placeOf, predictionOf } from "./grid.mjs";
import { maskPicture } from "./parts.mjs";
import { PRESETS } from "./presets.mjs";
import { masksOf } from "./state.mjs";

const TOOLS = {
  move: "move the prediction", prediction: "paint the prediction", truth: "paint the truth",
};
const FARTHEST = 16; // pixels that a prediction is shifted
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * The masks, over the picture `image` where there is one, their prediction to be dragged; with
 * `tools`, to be painted, too: {element, update(state, before)}.
 */
export function maskView(store, image, tools = null) {
  const toolNow = () => tools?.querySelector(":checked").value ?? "move";
  const picture = maskPicture(image === null ? { grid: true } : { under: pictureOf(image) });
  const legend = partsLegend();
  legend.element.prepend(...["truth", "prediction"].map((name) => (
    h("span", h("i", { class: `mask-line ${name}` }), name)
  )));
  let drag;
  const frame = pixelFrame(store, picture.node, {
    start(...place) { drag = (toolNow() === "move" ? startMove : startBrush)(store, place, toolNow()); },
    move: (...place) => drag(...place),
  });
  const showTool = () => { frame.element.dataset.tool = toolNow(); };
  showTool();
  tools?.addEventListener("change", showTool);
  if (tools === null) frame.element.setAttribute("role", "img");
  else paintByKeys(store, frame.element, toolNow);
  return {
    element: h("div.sg-chart", h("div.sg-chart-title", "Truth and prediction"), frame.element,
      legend.element),
    update(state, before) {
      const masks = masksOf(state);
      const { found, missed, alarms } = masks.parts;
      picture.update(masks.truth, masks.prediction);
      frame.update(masks, before && masksOf(before));
      legend.update(masks.parts);
      frame.element.setAttribute("aria-label", "Truth and prediction, 32 by 32 pixels: "
        + `${found.length} found, ${missed.length} missed, ${alarms.length} false alarms. Dragging `
        + (tools === null ? "moves the prediction." : "moves the prediction or paints; arrow keys "
          + "move a cursor, Space paints or wipes the pixel under it."));
    },
  };
}

/** The picture, of any size and form, stretched over the pixels. */
function pictureOf(image) {
  const href = `data:image/png;base64,${image}`;
  return s("image", { href, width: SIDE, height: SIDE, preserveAspectRatio: "none" });
}

/** Arrow keys move a cursor over the picture and tell where it is, Space paints under it. */
function paintByKeys(store, frame, toolNow) {
  const cursor = h("i.mask-cursor");
  const said = h("p.mask-said", { "aria-live": "polite" });
  let pixel = pixelAt(SIDE / 2, SIDE / 2); // of the cursor
  const place = () => {
    const [row, column] = placeOf(pixel);
    cursor.style.translate = `${100 * column}% ${100 * row}%`;
  };
  frame.append(cursor, said);
  frame.setAttribute("role", "application");
  frame.setAttribute("tabindex", "0");
  frame.setAttribute("data-lm-suppress-shortcuts", "true"); // the arrow keys, in JupyterLab
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = placeOf(pixel);
    if (event.key in STEPS) {
      const [down, right] = STEPS[event.key];
      pixel = pixelAt(row + down, column + right);
    } else if (event.key === " " || event.key === "Enter") startBrush(store, [row, column], toolNow());
    else return;
    event.preventDefault();
    place();
    said.textContent = `Cursor at ${wordsOf(store.get(), pixel)}`;
  });
  place();
}

/** What a drag that starts on a pixel does wherever it then goes: it takes the prediction along. */
function startMove(store, [fromRow, fromColumn]) {
  const { shift_x, shift_y } = store.get();
  const limited = (shift) => Math.min(Math.max(shift, -FARTHEST), FARTHEST);
  return (row, column) => store.set({
    shift_x: limited(shift_x + column - fromColumn), shift_y: limited(shift_y + row - fromRow),
  }, "chart");
}

/**
 * Or it paints where the first pixel was empty, and wipes where it was not: of the truth only with
 * the truth's brush.
 */
function startBrush(store, from, tool) {
  const layer = tool === "truth" ? "truth" : "prediction";
  let last = pixelAt(...from);
  const value = 1 - masksOf(store.get())[layer][last];
  const go = (...place) => {
    const next = pixelAt(...place);
    paint(store, layer, between(last, next), value);
    last = next;
  };
  go(...from);
  return go;
}

/** A painted prediction stands where it is seen: its shift and growth go into it. */
function paint(store, layer, pixels, value) {
  const state = store.get();
  const mask = layer === "truth" ? decode(state.truth) : predictionOf(state);
  for (const pixel of pixels) mask[pixel] = value;
  const unmoved = layer === "truth" ? {} : { shift_x: 0, shift_y: 0, grow: 0 };
  store.set({ [layer]: encode(mask), ...unmoved }, "chart");
}

/** The pixels on the straight line between two: the pointer may skip some. */
function between(from, to) {
  const [[row, column], [lastRow, lastColumn]] = [from, to].map(placeOf);
  const [down, right] = [lastRow - row, lastColumn - column];
  const steps = Math.max(Math.abs(down), Math.abs(right), 1);
  return range(steps + 1).map((i) => (
    pixelAt(Math.round(row + (down * i) / steps), Math.round(column + (right * i) / steps))
  ));
}

/** The masks to start from. */
export function presetRow(store) {
  const presets = stateButtons(PRESETS, {}, store);
  presets.element.setAttribute("aria-label", "Start from");
  return { element: h("div.mask-row", h("b", "Start from"), presets.element), update: presets.update };
}

/** What the pointer does in the picture, one of TOOLS. */
export function toolRow() {
  const name = freshId("tool");
  return h(
    "div.mask-row", { role: "radiogroup", "aria-label": "Drag to" }, h("b", "Drag to"),
    ...Object.entries(TOOLS).map(([value, words], i) => h(
      "label", h("input", { type: "radio", name, value, checked: i === 0 ? "" : null }), words,
    )),
  );
}

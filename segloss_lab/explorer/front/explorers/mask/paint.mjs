// The masks as a picture that is painted, and whose prediction is dragged, by pointer or by keys.

import { range } from "d3-array";
import { select } from "d3-selection";

import { freshId, h } from "../../core/dom.mjs";
import { SIDE, decode, encode, outline, predictionOf } from "./grid.mjs";
import { maskPicture } from "./picture.mjs";
import { PRESETS } from "./presets.mjs";
import { masksOf } from "./state.mjs";
import { pixelAt, pixelTooltip, wordsOf } from "./tooltip.mjs";
import { count } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";

const TOOLS = {
  move: "move the prediction", prediction: "paint the prediction", truth: "paint the truth",
};
const FARTHEST = 16; // pixels that a prediction is shifted
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const KEY = { found: "found", missed: "missed", alarms: "false alarms" };

/** The masks to look at, their prediction to be dragged: {element, update(state, before)}. */
export function draggedMask(store) {
  const view = createView(store, () => "move");
  const ghost = select(view.svg).append("path").attr("class", "edge before");
  view.svg.setAttribute("role", "img");
  return {
    element: h("div.sg-chart", heading(), view.frame, view.legend),
    update(state, before) {
      const masks = masksOf(state);
      view.update(masks);
      view.svg.setAttribute("aria-label", `${labelOf(masks)} Dragging moves the prediction.`);
      const was = before === null ? masks.prediction : masksOf(before).prediction;
      ghost.attr("d", was.some((bit, i) => bit !== masks.prediction[i]) ? outline(was) : "");
    },
  };
}

/** The picture to be painted: {tools, element, update(state)}, the tools apart from the picture. */
export function paintedMask(store) {
  const tools = createTools((tool) => { view.svg.dataset.tool = tool; });
  const view = createView(store, tools.chosen);
  const said = h("p.mask-said", { "aria-live": "polite" });
  paintByKeys(store, view.svg, tools.chosen, said);
  view.frame.append(said);
  return {
    tools: h("div.mask-tools", presetButtons(store), tools.element),
    element: h("div.sg-chart", heading(), view.frame, view.legend),
    update(state) {
      const masks = masksOf(state);
      view.update(masks);
      view.svg.setAttribute("aria-label", `${labelOf(masks)} Arrow keys move a cursor, Space `
        + "paints or wipes the pixel under it.");
    },
  };
}

function heading() {
  return h("div.sg-chart-title", "Truth and prediction");
}

/** The masks, which a pointer drags or paints by the tool: {svg, frame, legend, update(masks)}. */
function createView(store, toolNow) {
  const { node: svg, update } = maskPicture({ period: 0.55, grid: true });
  const tooltip = pixelTooltip();
  const legend = createLegend();
  let drag = null;
  svg.dataset.tool = toolNow();
  followPointer(svg, {
    start(x, y) { drag = startDrag(store, toolNow(), pixelAt(x, y, svg.clientWidth)); },
    move: (x, y) => drag(x, y, svg.clientWidth),
    point: (x, y) => tooltip.show(store.get(), x, y, svg.clientWidth),
    leave: () => tooltip.hide(),
  });
  return {
    svg,
    frame: h("div.sg-frame.mask-frame", svg, tooltip.element),
    legend: legend.element,
    update(masks) { update(masks.truth, masks.prediction); legend.update(masks); },
  };
}

/** Arrow keys move a cursor over the picture, Space paints under it; `said` tells where it is. */
function paintByKeys(store, svg, toolNow, said) {
  const cursor = appendCursor(svg);
  let pixel = 16 * SIDE + 16; // of the cursor
  svg.setAttribute("role", "application");
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("data-lm-suppress-shortcuts", "true"); // the arrow keys, in JupyterLab
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) pixel = stepped(pixel, STEPS[event.key]);
    else if (event.key === " " || event.key === "Enter") press(store, toolNow(), pixel);
    else return;
    event.preventDefault();
    cursor.place(pixel);
    said.textContent = `Cursor at ${wordsOf(store.get(), pixel)}`;
  });
  cursor.place(pixel);
}

function labelOf({ found, missed, alarms }) {
  return `Truth and prediction, 32 by 32 pixels: ${found} found, ${missed} missed, ${alarms} false `
    + "alarms.";
}

/** What a drag that starts on a pixel does wherever it then goes, by the tool. */
function startDrag(store, tool, first) {
  return tool === "move" ? startMove(store, first) : startBrush(store, tool, first);
}

function startMove(store, first) {
  const { shift_x, shift_y } = store.get();
  const limited = (shift) => Math.min(Math.max(shift, -FARTHEST), FARTHEST);
  return (x, y, size) => {
    const cell = size / SIDE;
    store.set({
      shift_x: limited(shift_x + Math.floor(x / cell) - (first % SIDE)),
      shift_y: limited(shift_y + Math.floor(y / cell) - Math.floor(first / SIDE)),
    }, "chart");
  };
}

/** The brush paints where the first pixel was empty, and wipes where it was not. */
function startBrush(store, layer, first) {
  const value = 1 - masksOf(store.get())[layer][first];
  let last = first;
  paint(store, layer, [first], value);
  return (x, y, size) => {
    const next = pixelAt(x, y, size);
    paint(store, layer, between(last, next), value);
    last = next;
  };
}

/** What Space does: it paints or wipes one pixel, of the truth only with the truth's brush. */
function press(store, tool, pixel) {
  const layer = tool === "truth" ? "truth" : "prediction";
  paint(store, layer, [pixel], 1 - masksOf(store.get())[layer][pixel]);
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
  const [row, column] = [Math.floor(from / SIDE), from % SIDE];
  const [down, right] = [Math.floor(to / SIDE) - row, (to % SIDE) - column];
  const steps = Math.max(Math.abs(down), Math.abs(right), 1);
  return range(steps + 1).map((i) => (
    Math.round(row + (down * i) / steps) * SIDE + Math.round(column + (right * i) / steps)
  ));
}

function stepped(pixel, [down, right]) {
  const within = (at) => Math.min(Math.max(at, 0), SIDE - 1);
  return within(Math.floor(pixel / SIDE) + down) * SIDE + within((pixel % SIDE) + right);
}

/** The frame about the pixel that the keys paint, seen while the picture has the focus. */
function appendCursor(svg) {
  const group = select(svg).append("g").attr("class", "cursor");
  for (const name of ["halo", "core"]) {
    group.append("rect").attr("class", name).attr("width", 1).attr("height", 1);
  }
  return {
    place(pixel) {
      group.attr("transform", `translate(${pixel % SIDE},${Math.floor(pixel / SIDE)})`);
    },
  };
}

function createLegend() {
  const numbers = Object.fromEntries(Object.keys(KEY).map((part) => [part, h("b")]));
  const entries = Object.entries(KEY).map(([part, words]) => (
    h("span", h("i", { class: `mask-key ${part}` }), `${words} `, numbers[part])
  ));
  const edges = ["truth", "prediction"].map((name) => (
    h("span", h("i", { class: `mask-key edge ${name}` }), name)
  ));
  return {
    element: h("div.mask-legend", ...edges, ...entries),
    update(masks) {
      for (const [part, number] of Object.entries(numbers)) number.textContent = count(masks[part]);
    },
  };
}

function presetButtons(store) {
  const buttons = PRESETS.map(({ label, start }) => {
    const button = h("button", label);
    button.addEventListener("click", () => store.set(start, "preset"));
    return button;
  });
  const name = h("span.mask-name", "Start from");
  return h("div.mask-row", name, ...buttons);
}

/** What the pointer does in the picture, one of TOOLS: {element, chosen()}. */
function createTools(onChange) {
  const group = freshId("tool");
  let chosen = Object.keys(TOOLS)[0];
  const choices = Object.entries(TOOLS).map(([tool, words]) => {
    const radio = h("input", {
      type: "radio", name: group, value: tool, id: freshId(tool),
      checked: tool === chosen ? "" : null,
    });
    radio.addEventListener("change", () => { chosen = tool; onChange(tool); });
    return h("span", radio, h("label", { for: radio.id }, words));
  });
  const legend = h("legend", "Drag to");
  return {
    element: h("fieldset.mask-row", legend, ...choices),
    chosen: () => chosen,
  };
}

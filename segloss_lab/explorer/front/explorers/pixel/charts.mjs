// The charts of one pixel: loss and slope over the logit or the probability, and the focal weight.

import { extent, maxIndex, nice, range } from "d3-array";
import { scaleLog, scaleSymlog } from "d3-scale";

import { linearScale } from "../../charts/axes.mjs";
import { lineChart, swatch } from "../../charts/chart.mjs";
import { lookOf } from "../../core/colors.mjs";
import { h } from "../../core/dom.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { powerOfTen, rounded } from "../../core/numbers.mjs";
import {
  byLogit, byProbability, logitOf, shortTitles, termsOf, titleOf, truthOf,
} from "./losses.mjs";
import { remember } from "../../core/remember.mjs";

const LOGITS = range(-100, 101).map((tenth) => tenth / 10);
const PROBABILITIES = [0.001, ...range(1, 200).map((k) => k / 200), 0.999];
const INNER = 0.001; // the probability axis ends at this and at 1 less this, or at the pixel

/** The picture of the explorer: see `shell.mjs`. */
export function draw(store) {
  const slopeTitle = h("span");
  const move = (value) => store.set({ logit: logitAt(store.get(), value) }, "chart");
  const loss = lineChart("Loss of the pixel, L", move);
  const slope = lineChart(slopeTitle, move);
  const weight = lineChart("Focal weight, (1 − pₜ)^γ", (pt) => {
    const logit = logitOf(pt);
    store.set({ logit: store.get().target === 1 ? logit : -logit }, "chart");
  });
  const key = legend();
  const curvesOf = remember(curves);
  const weightsOf = remember(weights);
  return {
    charts: [loss.element, slope.element],
    aside: h("div", { class: "segloss-pixel-aside" }, key.element, weight.element),
    update(state) {
      const axis = AXES[state.axis];
      const model = curvesOf(curveKey(state), state);
      const now = termsOf(state).map((term) => axis.evaluate(term, state.target, state.logit));
      slopeTitle.textContent = axis.slopeTitle;
      loss.update(placed(model.loss, state, now, LOSS));
      slope.update(placed(model.slope, state, now, SLOPE));
      key.update(model.terms, now, axis);
      weight.element.hidden = model.gammas.length === 0;
      if (!weight.element.hidden) weight.update(weightNow(weightsOf(model.key, model), state));
    },
    stop() { loss.stop(); slope.stop(); weight.stop(); },
  };
}

const LOSS = ({ loss }) => loss;
const SLOPE = ({ slope }) => slope;

const AXES = {
  logit: {
    slopeTitle: "Slope by the logit, dL/dz",
    evaluate: byLogit,
    slopeScale: niceScale,
    xName: "z",
    xLabel: "logit z (log-odds of the object)",
    place: ({ logit }) => logit,
    slopeName: "dL/dz",
  },
  probability: {
    slopeTitle: "Slope by the probability, dL/dp (logarithmic beyond ±1)",
    evaluate: byProbability,
    slopeScale: signedLogScale,
    xName: "p",
    xLabel: "probability p of the object",
    place: ({ logit }) => sigmoid(logit),
    slopeName: "dL/dp",
  },
};

function logitAt({ axis }, value) {
  return axis === "logit" ? value : logitOf(value);
}

/** What the curves depend on: of the logit, only how far beyond the axis it is. */
function curveKey({ logit, ...rest }) {
  return JSON.stringify([rest, rest.axis === "probability" ? beyond(logit) : []]);
}

function beyond(logit) {
  return Math.min(sigmoid(logit), sigmoid(-logit)) < INNER ? [sigmoid(logit)] : [];
}

function curves(state) {
  const { axis, target, logit } = state;
  const key = curveKey(state);
  const inner = axis === "logit" ? LOGITS : PROBABILITIES;
  const outer = axis === "logit" ? [] : beyond(logit);
  const positions = [...inner, ...outer].sort((a, b) => a - b);
  const logits = axis === "logit" ? positions : positions.map((p) => Math.log(p / (1 - p)));
  const terms = withLooks(termsOf(state));
  const along = terms.map((term) => logits.map((z) => AXES[axis].evaluate(term, target, z)));
  const shared = { key, positions, ...AXES[axis] };
  return {
    key,
    terms,
    gammas: terms.filter(({ loss }) => loss === "focal"),
    loss: chartOf(shared, terms, along, {
      valueOf: LOSS, scale: niceScale, what: "Loss of the pixel",
      describe: (value) => `loss ${rounded(value)}`,
    }),
    slope: chartOf(shared, terms, along, {
      valueOf: SLOPE, scale: AXES[axis].slopeScale, what: AXES[axis].slopeTitle,
      describe: (value) => `${AXES[axis].slopeName} ${rounded(value)}`,
    }),
  };
}

/** The first loss bold; the second thin, and where it is the same loss, with a look of its own. */
function withLooks(terms) {
  const names = shortTitles(terms);
  const same = terms.length === 2 && terms[0].loss === terms[1].loss;
  const looks = [{}, same ? { dash: [3, 3], marker: "triangle" } : {}];
  return terms.map((term, j) => ({
    ...term, ...lookOf(term.loss), ...looks[j], name: names[j], title: titleOf(term),
    chosen: term.key === "first",
  }));
}

function chartOf(shared, terms, along, { valueOf, scale, what, describe }) {
  const drawn = along.map((points) => points.map(valueOf));
  const yScale = scale(extent([0, ...drawn.flat()]));
  const labels = labelPlaces(terms.map(({ name }) => name), drawn, yScale([0, -1]));
  return {
    ...shared, yScale, describe, mark: null,
    xScale: (pixelRange) => typographic(linearScale(endsOf(shared.positions), pixelRange, 5)),
    label: `${what} over ${shared.xLabel}: ${terms.map(({ title }) => title).join(" and ")}.`,
    curves: terms.map((term, j) => ({ ...term, values: drawn[j], ...labels[j] })),
  };
}

/** A probability axis shows 0 to 1 though its curves end within. */
function endsOf(positions) {
  return positions[0] < 0 ? extent(positions) : [0, 1];
}

const NARROW = 250; // pixels that a plot has on a small screen: names are placed to fit there
const LINE = 0.07; // the height of a name, as a share of the plot

/**
 * Where the names stand: of two curves the upper one's above it and the lower one's below, where
 * the two are farthest apart; that of a single curve half the way up. One without room is left to
 * the legend.
 */
function labelPlaces(names, drawn, y) {
  const heights = drawn.map((values) => values.map((value) => -y(value)));
  return heights.map((own, j) => {
    const width = Math.round((names[j].length * 8.5 * own.length) / NARROW);
    const other = heights[1 - j];
    const [low, high] = extent(own);
    const places = range(2, own.length - 2)
      .map((at) => besideCurve(own, at, other === undefined || own[at] >= other[at]))
      .filter((place) => hasRoom(place, width, own, other));
    const score = ({ labelAt: at }) => (
      other ? Math.abs(own[at] - other[at]) : -Math.abs(own[at] - (low + high) / 2)
    );
    return places[maxIndex(places, score)] ?? { labelAt: null };
  });
}

/** Whether a name of this width, in positions, stays in the plot and off the other curve. */
function hasRoom({ labelAt, labelLeft, labelBelow }, width, own, other = []) {
  const from = labelLeft ? labelAt - width : labelAt;
  if (from < 0 || from + width >= own.length) return false;
  const bottom = own[labelAt] - (labelBelow ? LINE : 0);
  const crosses = (i) => (
    Math.max(other[i], other[i + 1]) > bottom && Math.min(other[i], other[i + 1]) < bottom + LINE
  );
  return !range(from, from + width).some(crosses);
}

/** Free corners: above and left of a rising curve, below and right; of a falling one the others. */
function besideCurve(heights, at, above) {
  const rising = heights[at + 1] > heights[at - 1];
  return { labelAt: at, labelBelow: !above, labelLeft: rising === above };
}

function placed(model, state, now, valueOf) {
  return {
    ...model,
    now: model.place(state),
    curves: model.curves.map((curve, j) => ({ ...curve, now: valueOf(now[j]) })),
  };
}

// Scales.

function typographic(scale) {
  return Object.assign(scale, { format: rounded });
}

function niceScale([low, high]) {
  const [from, to] = [low, high].map((end) => Number(end.toPrecision(3)));
  const ends = nice(from, from === to ? from + 1 : to, 5);
  return (pixelRange) => typographic(linearScale(ends, pixelRange, 5));
}

/** Linear between -1 and 1 and logarithmic beyond, so that both signs and many decades show. */
function signedLogScale([low, high]) {
  const ends = [Math.min(low, high === 0 ? -1 : 0), Math.max(high, low === 0 ? 1 : 0)];
  return (pixelRange) => {
    const scale = scaleSymlog(ends, pixelRange);
    const decades = range(Math.ceil(Math.log10(Math.max(-ends[0], ends[1]))));
    const tens = [0, ...decades.map((exponent) => 10 ** exponent)];
    const ticks = [...tens.map((ten) => -ten), ...tens].filter((t) => t >= ends[0] && t <= ends[1]);
    return Object.assign((value) => scale(value), {
      axis: scale, ticks: spaced(ticks, scale), zero: null, format: decade,
    });
  };
}

/** The ticks, from zero outwards, that leave room for their numbers. */
function spaced(ticks, scale) {
  const kept = [];
  for (const tick of ticks.toSorted((a, b) => Math.abs(a) - Math.abs(b))) {
    if (kept.every((other) => Math.abs(scale(tick) - scale(other)) >= 15)) kept.push(tick);
  }
  return kept;
}

function decade(tick) {
  if (Math.abs(tick) < 1e4) return rounded(tick);
  return `${tick < 0 ? "−" : ""}${powerOfTen(Math.round(Math.log10(Math.abs(tick))))}`;
}

// The focal weight.

const FLOOR = 10 ** -3.5; // the chart's low end: the thousandth and a little more
const SHARES = [100, 1000]; // Lin et al. 2017, section 3.2, name where these fewer times count
const OTHERS = [
  { gamma: 0.5, dash: [1.5, 3.5], marker: "circle" },
  { gamma: 1, dash: [4, 3], marker: "diamond" },
  { gamma: 2, dash: [8, 3], marker: "star" },
  { gamma: 5, dash: [8, 3, 2, 3], marker: "plus" },
];

/** The weights of the chosen gammas beside those of the paper's figure. */
function weights({ gammas, key }) {
  const own = gammas.map((term) => ({ ...term, gamma: term.options.gamma }));
  const isOwn = (gamma) => own.some((term) => term.gamma === gamma);
  const others = OTHERS.filter(({ gamma }) => !isOwn(gamma))
    .map((other) => ({ ...other, key: `gamma ${other.gamma}`, color: "var(--segloss-rule)" }));
  const drawn = [...others, ...own];
  const positions = weightPositions(drawn);
  return {
    key, positions,
    xScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
    yScale: fractionScale,
    xName: "pₜ",
    xLabel: "probability of the truth, pₜ",
    describe: (value) => `weight ${rounded(value)}`,
    label: "Focal weight over the probability of the truth, one curve for each gamma: "
      + `${drawn.map(({ gamma }) => rounded(gamma)).join(", ")}.`,
    mark: SHARES.map((times) => shareMark(own[0].gamma, times)).filter(({ x }) => x < 0.9999),
    curves: drawn.map((term) => weightCurve(term, drawn, positions)),
  };
}

/** A grid, and exactly where a curve reaches the floor or a named share. */
function weightPositions(drawn) {
  const grid = [...range(200).map((k) => k / 200), 0.999];
  const named = drawn.flatMap(({ gamma }) => (
    [FLOOR, ...SHARES.map((times) => 1 / times)].map((weight) => whereWeight(gamma, weight))
  ));
  return [...new Set([...grid, ...named.filter((pt) => pt < 0.9999)])].sort((a, b) => a - b);
}

/** The p_t that has this weight, to six digits; 1 for gamma 0, which never gets there. */
function whereWeight(gamma, weight) {
  return Number((1 - weight ** (1 / gamma)).toPrecision(6));
}

function shareMark(gamma, times) {
  const x = whereWeight(gamma, 1 / times);
  return { x, y: 1 / times, text: `1/${times} at ${rounded(x)}`, beside: true };
}

function weightCurve({ key, gamma, color, dash, marker, chosen = false }, drawn, positions) {
  const values = positions.map((pt) => visible((1 - pt) ** gamma));
  const name = `γ ${rounded(gamma)}`;
  const width = (name.length * (chosen ? 8.5 : 7) + 5) / NARROW;
  const { pt, above } = namePlace(gamma, drawn.map((term) => term.gamma), width);
  return {
    key, gamma, color, dash, marker, chosen, values, name,
    labelAt: pt === null ? null : positions.findLastIndex((position) => position <= pt),
    labelBelow: !above, labelLeft: !above,
  };
}

/**
 * Where a curve's name stands clear of the others: above the uppermost, else below and left of its
 * curve, where the gap to the next one is widest. One without room is left to the tooltip.
 */
function namePlace(gamma, gammas, width) {
  const ptAt = (height, of) => 1 - FLOOR ** ((1 - height) / of);
  const next = Math.min(...gammas.filter((other) => other > gamma));
  if (gamma === 0) return { pt: 0.98 - width, above: true };
  if (gammas.every((other) => other === 0 || other >= gamma)) {
    const pt = 0.98 - width;
    const height = 1 - Math.log((1 - pt) ** gamma) / Math.log(FLOOR);
    const room = gammas.includes(0) ? 1 - height : 1;
    return { pt: room > 1.5 * LINE ? pt : null, above: true };
  }
  if (next === Infinity) return { pt: 1 - 10 ** -(Math.min(0.5 + 0.35 * gamma, 2.5) / gamma) };
  const heights = range(20, 96).map((hundredth) => hundredth / 100);
  const roomAt = (height) => ptAt(height, gamma) - ptAt(height - LINE, next);
  const widest = heights[maxIndex(heights, roomAt)];
  return { pt: roomAt(widest) > width ? ptAt(widest, gamma) : null };
}

/** A weight below the floor leaves the picture; the floor itself is met to six digits. */
function visible(weight) {
  return weight >= FLOOR * 0.999 ? weight : NaN;
}

function fractionScale(pixelRange) {
  const scale = scaleLog([FLOOR, 1], pixelRange);
  return Object.assign((value) => scale(value), {
    axis: scale, ticks: [1, 0.1, 0.01, 0.001], zero: null,
    format: (tick) => (tick === 1 ? "1" : `1/${Math.round(1 / tick)}`),
  });
}

/** The present weight of the chosen gammas alone: the others are only there to compare with. */
function weightNow(model, { target, logit }) {
  const { pt, qt } = truthOf(target, logit);
  const present = ({ chosen, key, gamma }) => {
    if (!chosen && key !== "second") return null;
    return qt ** gamma >= FLOOR ? qt ** gamma : null;
  };
  return {
    ...model, now: pt, curves: model.curves.map((curve) => ({ ...curve, now: present(curve) })),
  };
}

// The legend, with what the charts show at the present state.

function legend() {
  const body = h("tbody");
  const slopeHead = h("th", { scope: "col" });
  const heads = ["loss", "L"].map((text) => h("th", { scope: "col" }, text));
  const head = h("thead", {}, h("tr", {}, h("td"), ...heads, slopeHead));
  const caption = h("caption", {}, "At this pixel");
  return {
    element: h(
      "table", { class: "segloss-ladder segloss-pixel-key" }, caption, head, body,
    ),
    update(terms, now, { slopeName }) {
      slopeHead.textContent = slopeName;
      body.replaceChildren(...terms.map((term, j) => row(term, [now[j].loss, now[j].slope])));
    },
  };
}

function row(term, values) {
  return h(
    "tr", { class: term.chosen ? "chosen" : null },
    h("td", {}, swatch(term)), h("th", { scope: "row" }, term.title),
    ...values.map((value) => h("td", {}, rounded(value))),
  );
}

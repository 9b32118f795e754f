// The palette's colour maps, for canvases, and its looks of losses, for curves.

import { range } from "d3-array";
import { scaleLinear } from "d3-scale";

import palette from "../../../palette.json";

const SHADES = 256;

const MAPS = new Map(); // made once each: a picture asks for one whenever it is painted

/** A map "sequential" or "diverging" as a function from [0, 1] to [red, green, blue], 0 to 255. */
export function colorMap(name) {
  if (!MAPS.has(name)) MAPS.set(name, createMap(name));
  return MAPS.get(name);
}

function createMap(name) {
  const stops = palette.stops[name].map(channels);
  const places = range(stops.length).map((i) => i / (stops.length - 1));
  const scales = [0, 1, 2].map((channel) => scaleLinear(places, stops.map((stop) => stop[channel])));
  const shades = range(SHADES).map((i) => (
    scales.map((scale) => Math.round(scale(i / (SHADES - 1))))
  ));
  return (share) => shades[Math.min(Math.max(Math.round(share * (SHADES - 1)), 0), SHADES - 1)];
}

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The same map as a CSS gradient, low to high. */
export function gradientOf(name, direction = "to right") {
  return `linear-gradient(${direction}, ${palette.stops[name].join()})`;
}

/** Colour, dash and marker of a loss, as `lineChart` takes them. */
export function lookOf(loss) {
  const { dash, marker } = palette.losses[loss];
  return { color: `var(--sg-loss-${loss})`, dash, marker };
}

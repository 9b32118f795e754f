// What d3-scale takes from d3-interpolate, for scales of numbers alone: without the interpolation of
// colours and of text the bundle is 10 KB smaller. (By path, for the package exports its index only.)

export {
  default as interpolate, default as interpolateNumber,
} from "./node_modules/d3-interpolate/src/number.js";
export { default as interpolateRound } from "./node_modules/d3-interpolate/src/round.js";
// Named by a scale that the bundle leaves out.
export { default as piecewise } from "./node_modules/d3-interpolate/src/piecewise.js";

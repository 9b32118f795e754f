// In place of d3-format, with which d3-scale would write its ticks: the axes here write their own
// (axes.mjs), and the bundle is 5 KB smaller.

export const [
  format, formatPrefix, formatSpecifier, precisionFixed, precisionPrefix, precisionRound,
] = [];

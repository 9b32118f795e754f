// Numbers as people read them. What a program reads is the full double, in data-value.

import { format } from "d3-format";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const significant = format(".3~r");
const scientific = format(".2~e");
const thousands = format(",");

/** Three significant digits, a true minus sign, 10⁻⁷ instead of 1e-7. */
export function rounded(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return significant(value).replace("-", "−");
  const [digits, exponent] = scientific(value).split("e");
  const power = powerOfTen(Number(exponent));
  const mantissa = digits.replace("-", "−");
  return mantissa === "1" || mantissa === "−1"
    ? mantissa.replace("1", power)
    : `${mantissa} × ${power}`;
}

export function powerOfTen(exponent) {
  return "10" + Array.from(String(exponent), (sign) => SUPERSCRIPTS[sign] ?? "⁻").join("");
}

/** Every digit of a double, written as a person would type it. */
export function exact(value) {
  return String(value);
}

/** A count of pixels: 100 000 with thin spaces. */
export function count(value) {
  return thousands(value).replaceAll(",", "\u202f");
}

export function pixels(value) {
  return value === 1 ? "1 pixel" : `${count(value)} pixels`;
}

export function percent(share) {
  return `${Number((share * 100).toPrecision(3))}%`;
}

// Numbers as people read them. What a program reads is the full double, in data-value.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const DIGITS = 3; // significant
const NEAR_ONE = 4; // decimals of what would be 1 with three: 0.9997 of the pixels are not all

/** Three significant digits, a true minus sign, 10⁻⁷ instead of 1e-7; ∞ and NaN as what they are. */
export function rounded(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return String(value).replace("-", "−").replace("Infinity", "∞");
  const size = Math.abs(value);
  const short = size < 1 && Number(size.toPrecision(DIGITS)) === 1
    ? Number(value.toFixed(NEAR_ONE)) : Number(value.toPrecision(DIGITS));
  if (size >= 1e-3 && size < 1e5) return String(short).replace("-", "−");
  const [mantissa, exponent] = short.toExponential().replace("-", "−").split("e");
  const power = powerOfTen(Number(exponent.replace("−", "-")));
  return /^−?1$/.test(mantissa) ? mantissa.replace("1", power) : `${mantissa} × ${power}`;
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
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function pixels(value) {
  return value === 1 ? "1 pixel" : `${count(value)} pixels`;
}

export function percent(share) {
  return `${rounded(share * 100)}%`;
}

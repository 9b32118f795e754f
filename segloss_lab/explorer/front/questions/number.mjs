// A question whose answer is a number, met within a tolerance.

import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";

const ROUNDING = 1e-9; // of the number: 0.179 lies within 0.005 of 0.174

/** A field for the number; `reply(verdict)` is told {given, right, hint, unread}. */
export function number({ answer, tolerance, unit, hints }, reply, labels) {
  const field = h("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", size: 10, ...labels,
    // No form: where a notebook puts a page into a frame of its own, forms may not be sent.
    onkeydown: ({ key }) => { if (key === "Enter") submit(); },
  });
  const button = h("button", { onclick: submit }, "Check");

  function submit() {
    if (!field.readOnly) reply(judge(field.value));
  }

  function judge(given) {
    const value = read(given, unit);
    const near = (other) => Math.abs(value - other) <= tolerance + ROUNDING * Math.abs(other);
    return {
      given,
      unread: Number.isNaN(value),
      right: near(answer),
      hint: hints.find(([slip]) => near(slip))?.[1],
    };
  }

  return {
    nodes: [field, h("span.sg-unit", unit), button],
    judge: (given) => (typeof given === "string" ? judge(given) : null),
    truth: () => `${rounded(answer)} ${unit}`.trim(),
    show({ given, right, unread } = {}) {
      if (given === undefined) field.value = "";
      else if (field.value !== given) field.value = given;
      field.readOnly = right === true;
      field.setAttribute("aria-invalid", right === false);
      button.setAttribute("aria-disabled", right === true);
      button.dataset.verdict = right ? "right" : "";
      button.textContent = right ? "✓ Right" : "Check";
      if (unread) field.select();
    },
  };
}

/** The number that a person has typed: 0.174, 0,174, −3, 1e-5 or 2/11, with or without its unit. */
export function read(text, unit) {
  let plain = text.trim().replace(/[−–]/g, "-");
  if (unit && plain.endsWith(unit)) plain = plain.slice(0, -unit.length);
  const parts = plain.replace(",", ".").split("/").map((part) => part.trim());
  if (parts.length > 2 || parts.some((part) => !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) {
    return NaN;
  }
  const value = Number(parts[0]) / Number(parts[1] ?? 1);
  return Number.isFinite(value) ? value : NaN;
}

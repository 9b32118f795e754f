// Native controls for the fields of a store. A number has two: a slider, and beside it a field into
// which any value can be typed. Both carry the same `name` (that of the state), and stay in step.

import { freshId, h } from "./dom.mjs";
import { exact, rounded } from "./numbers.mjs";

const CREATE = { choice: choiceControl, flag: flagControl, number: numberControl };

/**
 * The controls of the named fields as one group: {element, update(state)}. With a title the group
 * is a fieldset, hidden while none of its controls does anything.
 */
export function controlGroup(fields, { title = null, names }, store) {
  const controls = names.map((name) => ({ ...fields[name], ...createControl(name, fields, store) }));
  const elements = controls.map((control) => control.element);
  const element = title === null
    ? h("div.sg-controls", ...elements)
    : h("fieldset.sg-controls", h("legend", title), ...elements);
  return {
    element,
    update(state) {
      for (const control of controls) {
        control.element.hidden = !(control.when?.(state) ?? true);
        control.update(state);
      }
      element.hidden = elements.every(({ hidden }) => hidden);
    },
  };
}

function createControl(name, fields, store) {
  return CREATE[fields[name].kind](name, fields[name], store);
}

function flagControl(name, field, store) {
  const box = h("input", {
    type: "checkbox", id: freshId(name), name,
    onchange: () => store.set({ [name]: box.checked }, "control"),
  });
  const label = h("label", { for: box.id }, field.label);
  return {
    element: h("div.sg-control", label, box),
    update: (state) => { box.checked = state[name]; },
  };
}

function choiceControl(name, field, store) {
  const id = freshId(name);
  const choices = Object.entries(field.choices);
  const options = choices.map(([value, text]) => h("option", { value }, text));
  const select = h("select", {
    id, name, onchange: () => store.set({ [name]: field.parse(select.value) }, "control"),
  }, ...options);
  const label = h("label", { for: id }, field.label);
  return {
    element: h("div.sg-control", label, select),
    update(state) {
      // A select that is told what it shows already is laid out anew all the same.
      if (select.value !== state[name]) select.value = state[name];
    },
  };
}

function numberControl(name, field, store) {
  const slider = createSlider(name, field, store);
  const number = createNumber(name, field, store);
  const label = h("label", { for: slider.id }, field.label);
  const unit = h("span.sg-unit", field.unit);
  return {
    element: h("div.sg-control", label, number, unit, slider),
    update(state) {
      const value = state[name];
      slider.value = field.nearest(value);
      const words = value === null ? "none" : `${rounded(value)} ${field.unit}`.trim();
      slider.setAttribute("aria-valuetext", words);
      // What is being typed is left alone: "1e-" is on its way to be a number.
      if (field.parse(number.value) !== value) number.value = value === null ? "" : exact(value);
      if (number.validity.customError) number.setCustomValidity("");
    },
  };
}

function createSlider(name, field, store) {
  const slider = h("input", {
    type: "range", id: freshId(name), name, min: 0, max: field.positions.length - 1, step: 1,
    oninput: () => store.set({ [name]: field.positions[slider.valueAsNumber] }, "control"),
  });
  return slider;
}

function createNumber(name, field, store) {
  const number = h("input", {
    type: "number", name, step: "any", "aria-label": `${field.label}, exact value`,
    placeholder: field.accepts(null) ? field.format(null) : null,
    oninput() {
      const value = field.parse(number.value);
      const valid = field.accepts(value);
      number.setCustomValidity(valid ? "" : `${field.label} must be ${field.expected}`);
      if (valid) store.set({ [name]: value }, "control");
      else number.reportValidity();
    },
    onblur() {
      const value = store.get()[name];
      number.value = value === null ? "" : exact(value);
      number.setCustomValidity("");
    },
  });
  return number;
}

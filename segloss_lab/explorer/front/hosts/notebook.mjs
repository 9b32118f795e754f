// The host that is a notebook: an anywidget view whose traits and controls move together.

import { h } from "../core/dom.mjs";
import { announce } from "../core/registry.mjs";
import { explorerFor, mount } from "../core/shell.mjs";
import { mountQuestion } from "../questions/index.mjs";

const LOOK = ["layout", "show", "states", "caption"];
const ANEW = [...LOOK, "scene"]; // what lays a figure out anew

/**
 * The module that anywidget asks for. The trait `kind` says which of the explorers to show, or that
 * it is a question.
 */
export function createWidget(explorers) {
  return {
    render({ model, el }) {
      if (model.get("kind") === "question") return renderQuestion(model, el);
      const kind = explorers[model.get("kind")];
      const explorer = () => explorerFor(kind, (part) => model.get(part), model.get("scene"));
      const figure = h("figure");
      el.append(figure);
      let stop = show(model, figure, explorer());
      const again = () => { stop(); stop = show(model, figure, explorer()); };
      for (const name of ANEW) attempt(() => model.on(`change:${name}`, again), () => {});
      return () => {
        for (const name of ANEW) attempt(() => model.off(`change:${name}`, again), () => {});
        stop();
      };
    },
  };
}

/** Mount the figure as the model has it, and keep the two together; gives what ends that. */
function show(model, figure, explorer) {
  const names = Object.keys(explorer.fields);
  const look = traits(model, LOOK);
  const { store, say, stop } = mount(figure, explorer, traits(model, names), { look });
  keepKeys(figure);
  const conceal = announce(figure, store);

  const unsubscribe = store.subscribe((state, origin) => {
    if (origin === "python") return;
    for (const name of names) model.set(name, state[name]);
    attempt(() => model.save_changes(), say);
  });
  const follow = () => store.set(traits(model, names), "python");
  for (const name of names) attempt(() => model.on(`change:${name}`, follow), say);
  return () => {
    for (const name of names) attempt(() => model.off(`change:${name}`, follow), say);
    unsubscribe();
    conceal();
    stop();
  };
}

/** A question tells Python what was answered; what Python says of that is not asked. */
function renderQuestion(model, el) {
  const section = h("section");
  el.append(section);
  const tell = (answered) => {
    model.set("answered", answered);
    attempt(() => model.save_changes(), () => {});
  };
  const { answered, stop } = mountQuestion(section, model.get("spec"), tell);
  keepKeys(section);
  if (answered() !== model.get("answered")) tell(answered()); // as it was kept
  return stop;
}

/** JupyterLab takes the arrow keys for itself from all but those that ask it not to. */
function keepKeys(figure) {
  for (const control of figure.querySelectorAll("input, select, button, textarea")) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

function traits(model, names) {
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

/** Hosts without a kernel throw where the model would talk to Python: the page goes on alone. */
function attempt(action, say) {
  try {
    action();
  } catch (error) {
    say(`Not connected to Python (${error.message}); the controls work all the same.`);
  }
}

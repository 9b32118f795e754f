// The state as Python code: what PyTorch and TensorFlow write differently, and the call of a loss.

/** A double as a Python float literal. */
function pythonFloat(value) {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** `dice(probs, target, smooth=1.0, eps=0.0)`; options under the package's names. */
export function callOf(loss, logits, options) {
  const given = Object.entries(options).map(([name, value]) => `, ${name}=${literal(value)}`);
  return `${loss}(${logits}, target${given.join("")})`;
}

function literal(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonFloat(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, each]) => `"${name}": ${literal(each)}`);
  return `{${entries.join(", ")}}`;
}

/**
 * A framework: `head(loss)`, the imports; `full(n, value)`, n equal numbers, `list(values)`, a flat
 * array of them, and `array(name)`, one of NumPy's; `pixel(value)`, an image of one pixel;
 * `pixels(parts)`, flat arrays as one image in a row; `image(array, height, width)`, a flat array as
 * one image; `show`, which prints the number `loss`.
 */
export const TORCH = {
  head: (loss) => `import torch\n\nfrom segloss_lab.torch import ${loss}`,
  full: (n, value) => `torch.full((${n},), ${pythonFloat(value)}, dtype=torch.float64)`,
  list: (values) => `torch.tensor([${values.map(pythonFloat).join(", ")}], dtype=torch.float64)`,
  array: (name) => `torch.tensor(${name}, dtype=torch.float64)`,
  pixel: (value) => `torch.tensor([[[${pythonFloat(value)}]]], dtype=torch.float64)`,
  pixels: (...parts) => `torch.cat([${parts.join(", ")}]).reshape(1, 1, -1)`,
  image: (array, height, width) => `${array}.reshape(1, 1, ${height}, ${width})`,
  show: "print(loss.item())",
};

export const TENSORFLOW = {
  head: (loss) => `import tensorflow as tf\n\nfrom segloss_lab.tensorflow import ${loss}`,
  full: (n, value) => `tf.fill([${n}], tf.constant(${pythonFloat(value)}, tf.float64))`,
  list: (values) => `tf.constant([${values.map(pythonFloat).join(", ")}], tf.float64)`,
  array: (name) => `tf.constant(${name}, tf.float64)`,
  pixel: (value) => `tf.constant([[[${pythonFloat(value)}]]], tf.float64)`,
  pixels: (...parts) => `tf.reshape(tf.concat([${parts.join(", ")}], axis=0), [1, -1, 1])`,
  image: (array, height, width) => `tf.reshape(${array}, [1, ${height}, ${width}, 1])`,
  show: "print(loss.numpy().item())",
};

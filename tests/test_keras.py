"""What Keras tells a loss of a model's output, and where its class works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from table import LOSSES, TERMS, field_of, labels_of, options_of, takes

import segloss_lab.tensorflow
from segloss_lab.tensorflow import Loss

# Every loss in one mode, and the modes in turn.
OTHER = {"binary": "multiclass", "multiclass": "binary"}
EVERY_LOSS = pytest.mark.parametrize(
    "name, mode",
    [
        (name, mode if takes(name, mode) else OTHER[mode])
        for name, mode in zip(LOSSES, ["binary", "multiclass"] * 5, strict=False)
    ],
)
PAGE = Path(__file__).resolve().parent.parent / "reference" / "frameworks.md"
ACTIVATED = "logits: these come from a sigmoid or softmax"


# Masks


def masked_model(channels):
    """A model of time steps that masks those whose input is 0."""
    layers = [keras.Input((None, 1)), keras.layers.Masking(), keras.layers.Dense(channels)]
    model = keras.Sequential(layers)
    model.set_weights([field_of(70, *w.shape) for w in model.get_weights()])
    return model


def padded(mode):
    """Steps and labels of two sequences; of the last two steps of four, which are padding."""
    steps = field_of(71, 2, 4, 1, low=0.5).astype("float32")
    labels = labels_of(72, 2, 2, 4, 1)
    steps[:, 2:], labels[:, 2:] = 0, 9
    return steps, labels if mode == "binary" else labels[..., 0]


def train(model, loss, *data, weights=None):
    model.compile(keras.optimizers.SGD(1.0), loss, jit_compile=False)
    value = model.fit(*data, sample_weight=weights, verbose=0).history["loss"]
    return np.concatenate([value, *(w.ravel() for w in model.get_weights())])


def test_one_real_step_of_four_costs_what_it_costs_alone():
    model = masked_model(1)
    model.set_weights([np.full((1, 1), np.log(4)), np.zeros(1)])  # p = 4/5 at a step of 1
    value = Loss("cross_entropy")(
        np.ones((1, 4, 1), int), model(np.float32([[[1], [0], [0], [0]]]))
    )
    np.testing.assert_allclose(value, np.log(5 / 4), rtol=1e-6)


@EVERY_LOSS
def test_masked_steps_are_as_if_cropped(name, mode):
    model, loss = masked_model(1 if mode == "binary" else 3), Loss(name, **options_of(name, mode))
    steps, labels = padded(mode)
    expected = loss(labels[:, :2], model(steps[:, :2]))
    np.testing.assert_allclose(loss(labels, model(steps)), expected, rtol=1e-6)
    function = getattr(segloss_lab.tensorflow, name)
    value = function(model(steps), labels, **options_of(name, mode))
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    sizes = tf.TensorSpec([None, None, 1]), tf.TensorSpec([None] * labels.ndim, tf.int64)
    for xla in (False, True):
        graph = tf.function(lambda x, y: loss(y, model(x)), input_signature=sizes, jit_compile=xla)
        np.testing.assert_allclose(graph(steps, labels), expected, rtol=1e-6)


@pytest.mark.parametrize("weights", [None, np.float32([3, 1]), field_of(73, 2, 4, low=0)])
@pytest.mark.parametrize("name", ["cross_entropy", "dice", "lovasz_hinge"])
def test_fit_trains_on_padded_steps_as_on_cropped_ones(name, weights):
    steps, labels = padded("binary")
    came = train(masked_model(1), Loss(name), steps, labels, weights=weights)
    if np.ndim(weights) == 2:
        weights = weights[:, :2]
    expected = train(masked_model(1), Loss(name), steps[:, :2], labels[:, :2], weights=weights)
    np.testing.assert_allclose(came, expected, rtol=1e-5, atol=1e-7)


def test_a_mask_of_steps_holds_for_all_pixels_and_channels_of_a_step():
    logits, target = tf.constant(field_of(74, 2, 3, 4, 4, 2)), labels_of(75, 2, 2, 3, 4, 4, 2)
    steps = np.array([[True, True, False], [True, False, False]])
    void = np.where(steps[:, :, None, None, None], target, 255)
    loss = Loss("dice", mode="multilabel", reduction="none", ignore_index=255)
    expected = loss(void, logits)
    logits._keras_mask = tf.constant(steps)
    np.testing.assert_allclose(loss(target, logits), expected, rtol=1e-12)
    logits._keras_mask = tf.constant(steps[:1])
    with pytest.raises(ValueError, match=r"logits: got a Keras mask of shape \(1, 3\), expected"):
        loss(target, logits)


@pytest.mark.parametrize("name", ["cross_entropy", "dice", "lovasz_hinge"])
def test_sample_weights_of_pixels_may_have_an_axis_for_the_channels(name):
    logits, target = field_of(76, 2, 3, 4, 1), labels_of(77, 2, 2, 3, 4, 1)
    weight = field_of(78, 2, 3, 4, low=0)
    loss = Loss(name)
    expected = loss(target, logits, sample_weight=weight)
    signature = [tf.TensorSpec([None] * 4, tf.float64)]
    graph = tf.function(lambda w: loss(target, logits, w), input_signature=signature)
    for form in (loss(target, logits, weight[..., None]), graph(weight[..., None])):
        np.testing.assert_allclose(form, expected, rtol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError, match="sample_weight: shape"):
        graph(np.repeat(weight[..., None], 2, axis=-1))


# The last activation


def activated(name):
    return keras.Sequential([keras.Input((4, 1)), keras.layers.Dense(2, activation=name)])


@pytest.mark.parametrize("activation, mode", [("sigmoid", "multilabel"), ("softmax", "multiclass")])
@pytest.mark.parametrize("name", ["cross_entropy", "dice", "compound"])
def test_a_second_activation_is_warned_of_once_for_each_loss(name, activation, mode):
    model, steps = activated(activation), field_of(80, 2, 4, 1).astype("float32")
    target = labels_of(81, 2, 2, 4, 2) if mode == "multilabel" else labels_of(81, 2, 2, 4)
    graph = tf.function(lambda x, loss: loss(target, model(x)))
    ways = [
        lambda loss: loss(target, model(steps)),
        lambda loss: graph(steps, loss),
        lambda loss: train(model, loss, steps, target),
    ]
    for way in ways:
        loss = Loss(name, **options_of(name, mode))
        with pytest.warns(UserWarning, match=ACTIVATED) as caught:
            way(loss)
        assert len(caught) == 1
        way(loss)  # in silence: under pytest a warning is an error
    with pytest.warns(UserWarning, match=ACTIVATED) as caught:
        getattr(segloss_lab.tensorflow, name)(model(steps), target, **options_of(name, mode))
    assert caught[0].filename == __file__ or name == "compound"


def test_an_activation_of_the_graph_is_known_too():
    logits, target = field_of(82, 2, 4, 1), labels_of(83, 2, 2, 4, 1)
    for name in ("lovasz_hinge", "focal"):
        with pytest.warns(UserWarning, match=ACTIVATED):
            tf.function(lambda z, loss: loss(target, tf.sigmoid(z)))(logits, Loss(name))


def test_probabilities_that_are_said_to_be_some_are_not_warned_of():
    steps, target = field_of(84, 2, 4, 1), labels_of(85, 2, 2, 4, 2)
    probs = activated("sigmoid")(steps)
    Loss("dice", mode="multilabel", from_logits=False)(target, probs)
    terms = [(weight, term, own | {"from_logits": False}) for weight, term, own in TERMS]
    Loss("compound", mode="multilabel", terms=terms)(target, probs)
    Loss("dice", mode="multilabel")(target, activated("linear")(steps))


# Where the class works


def run(code, **environment):
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | environment,
    )
    return ran.returncode, ran.stdout + ran.stderr


KERAS_ON_TORCH = """
import keras, numpy as np, torch
images = np.random.default_rng(0).random((4, 8, 8, 1), dtype="float32")
masks = (images > 0.8).astype("uint8")
model = keras.Sequential([keras.layers.Conv2D(1, 3, padding="same")])
model.compile(keras.optimizers.Adam(0.1), loss)
values = model.fit(images, masks, epochs=8, verbose=0).history["loss"]
z, y = (torch.as_tensor(a).movedim(-1, 1).cpu() for a in (model.predict(images, verbose=0), masks))
assert keras.backend.backend() == "torch" and values[-1] < values[0], values
assert abs(model.evaluate(images, masks, verbose=0) - dice(z, y).item()) < 1e-6
import segloss_lab.tensorflow
segloss_lab.tensorflow.Loss("dice")
"""


def test_on_its_torch_backend_keras_trains_by_the_page_and_the_class_says_what_it_needs():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    (block,) = [b for b in blocks if "y_true" in b]
    code, said = run(block + KERAS_ON_TORCH, KERAS_BACKEND="torch")
    told = "RuntimeError: Loss: Keras runs on torch, expected TensorFlow"
    assert code and said.splitlines()[-1].startswith(told), said


def test_a_saved_model_is_loaded_once_the_module_is_imported(tmp_path):
    model = masked_model(1)
    model.compile("sgd", Loss("dice", smooth=2.0))
    model.save(tmp_path / "model.keras")
    load = f"import keras; print(keras.models.load_model({str(tmp_path / 'model.keras')!r}).loss)"
    assert (told := run(load))[0] and "make sure they are all imported" in told[1]
    code, said = run("import segloss_lab.tensorflow; " + load)
    assert code == 0 and "Loss('dice', smooth=2.0, reduction='mean')" in said, said

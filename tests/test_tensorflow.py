"""At home in TensorFlow: compiled, of unknown size, in half precision, weighed, on many devices.

Run as a script, this file is the part that needs two devices, which a process has from its start.
"""

import subprocess
import sys
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from backends import channels_last
from table import LOSSES, S1, T1, T3, Z1, Z3, field_of, labels_of, options_of, takes

import segloss_lab.tensorflow
from segloss_lab import reference
from segloss_lab.tensorflow import Loss

# Every loss in one mode, and the modes in turn: each graph takes a second to trace and compile.
OTHER = {"binary": "multiclass", "multiclass": "binary"}
MODES = [
    (name, mode if takes(name, mode) else OTHER[mode])
    for name, mode in zip(LOSSES, ["multiclass", "binary"] * 5, strict=False)
]
EVERY_LOSS = pytest.mark.parametrize("name, mode", MODES)


def example(mode):
    """Logits and labels, channels last."""
    if mode == "binary":
        return channels_last(Z1), channels_last(T1).astype("uint8")
    return channels_last(Z3), T3.astype("uint8")


def slope_of(loss):
    """The function that returns a loss and its gradient."""

    def value_and_slope(logits, target, **options):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = loss(logits, target, **options)
        return value, tape.gradient(value, logits)

    return value_and_slope


def check_same(came, expected, tolerance=1e-11):
    for a, b in zip(came, expected, strict=True):
        scale = np.max(np.abs(b), initial=1e-30)
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * scale)


# In a graph


@EVERY_LOSS
def test_a_compiled_loss_is_the_eager_one(name, mode):
    logits, target = map(tf.constant, example(mode))
    options = options_of(name, mode) | {"ignore_index": 0 if name == "focal" else None}
    step = partial(slope_of(getattr(segloss_lab.tensorflow, name)), **options)
    expected = step(logits, target)
    channel = logits.shape[-1:]
    sizes = [
        tf.TensorSpec([None] * 3 + channel, logits.dtype),
        tf.TensorSpec([None] * 3 + (channel if mode == "binary" else []), target.dtype),
    ]
    check_same(tf.function(step, input_signature=sizes)(logits, target), expected)
    check_same(tf.function(step, jit_compile=True)(logits, target), expected)


def test_a_hard_truth_in_floats_is_ranked_in_a_graph_and_a_soft_one_refused():
    loss = tf.function(segloss_lab.tensorflow.lovasz_hinge)
    hard = channels_last(T1).astype("float32")
    value = loss(channels_last(Z1), tf.constant(hard))
    np.testing.assert_allclose(value, reference.lovasz_hinge(Z1, T1)[0], rtol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected 0 or 1"):
        loss(channels_last(Z1), tf.constant(hard / 2))


@pytest.mark.parametrize(
    "name, shape",
    [("dice", (1, 1024, 1024, 1)), ("dice", (1, 2**20, 1)), ("focal", (1, 64, 64, 256, 1))],
)
def test_float32_sums_of_a_megapixel_are_right_under_xla_too(name, shape):
    """XLA adds one number after another: of equal ones it loses 1%."""
    logits = np.full(shape, -2.2, dtype="float32")
    target = (np.arange(2**20) < 1000).reshape(shape)
    step = slope_of(getattr(segloss_lab.tensorflow, name))
    came = tf.function(step, jit_compile=True)(tf.constant(logits), tf.constant(target))
    expected = getattr(reference, name)(np.moveaxis(logits, -1, 1), np.moveaxis(target, -1, 1))
    check_same(came, (expected[0], np.moveaxis(expected[1], 1, -1)), 1e-5)


@EVERY_LOSS
def test_slopes_of_slopes_are_right(name, mode):
    """Through eager code and a graph: a penalty on the gradient is a use of them."""
    logits, target = map(tf.constant, example(mode))
    step = slope_of(getattr(segloss_lab.tensorflow, name))
    along = tf.constant(field_of(40, *logits.shape))

    def second(logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            slope = step(logits, target, **options_of(name, mode))[1]
        return tape.gradient(slope, logits, along, tf.UnconnectedGradients.ZERO)

    small = 1e-5
    ahead, behind = (step(logits + h * along, target, **options_of(name, mode))[1]
                     for h in (small, -small))  # fmt: skip
    expected = (ahead - behind) / (2 * small)  # the Hessian is symmetric
    for come in (second(logits), tf.function(second)(logits)):
        np.testing.assert_allclose(come, expected, atol=1e-7 * np.abs(expected).max() + 1e-12)


@pytest.mark.parametrize("intersection", ["product", "min"])
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "dice", "jaccard", "tversky"])
def test_a_soft_truth_has_its_gradient_too(name, intersection):
    own = {"intersection": intersection} if name not in ("cross_entropy", "focal") else {}
    twin = partial(getattr(segloss_lab.tensorflow, name), **own)
    logits, target = tf.constant(channels_last(Z1)), tf.constant(channels_last(S1))
    slope = slope_of(lambda t, z: twin(z, t))(target, logits)[1]
    along = field_of(41, *target.shape)
    ahead, behind = (twin(logits, target + h * along) for h in (1e-6, -1e-6))
    np.testing.assert_allclose(np.sum(slope * along), (ahead - behind) / 2e-6, rtol=1e-6)


def test_class_weights_have_their_gradient():
    logits, target = example("multiclass")
    weights = tf.constant([1.0, 2.0, 3.0], tf.float64)
    for name in ("cross_entropy", "dice", "lovasz_softmax"):
        loss = partial(getattr(segloss_lab.tensorflow, name), **options_of(name, "multiclass"))
        slope = slope_of(lambda w, _, loss=loss: loss(logits, target, class_weights=w))(weights, 0)
        ahead, behind = (loss(logits, target, class_weights=weights + [0, h, 0])
                         for h in (1e-6, -1e-6))  # fmt: skip
        slope = tf.convert_to_tensor(slope[1])
        np.testing.assert_allclose(slope[1], (ahead - behind) / 2e-6, rtol=1e-6)


@pytest.mark.parametrize("over", ["image", "batch"])
@pytest.mark.parametrize("index", [None, 1])
@pytest.mark.parametrize("name", ["lovasz_hinge", "lovasz_softmax"])
def test_numpy_ranks_as_tensorflow_does(name, index, over, monkeypatch):
    mode = "binary" if name == "lovasz_hinge" else "multiclass"
    logits, target = example(mode)
    options = options_of(name, mode) | {"over": over, "ignore_index": index, "reduction": "none"}
    step = partial(slope_of(getattr(segloss_lab.tensorflow, name)), **options)
    for dtype, tolerance in (("float64", 1e-12), ("float32", 1e-5)):
        arrays = tf.constant(logits, dtype), tf.constant(target)
        with monkeypatch.context() as patch:
            patch.setattr(segloss_lab.tensorflow.ranking, "python_can_run", lambda: False)
            expected = step(*arrays)
        check_same(step(*arrays), expected, tolerance)


# In training


def conv(channels, size=4):
    return keras.Sequential(
        [keras.Input((size, size, 1)), keras.layers.Conv2D(channels, 3, padding="same")]
    )


@pytest.mark.parametrize(
    "name, jit_compile",
    [("dice", False), ("dice", True), ("lovasz_hinge", False), ("lovasz_hinge", "auto")],
)
def test_keras_fits_and_saves_with_and_without_xla(name, jit_compile, tmp_path):
    images = field_of(50, 4, 4, 4, 1).astype("float32")
    labels = (images > 0).astype("uint8")
    model, loss = conv(1), Loss(name, ignore_index=255)
    model.compile(keras.optimizers.Adam(0.1), loss, jit_compile=jit_compile)
    history = model.fit(images, labels, epochs=8, batch_size=2, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.loss.get_config() == loss.get_config()
    assert again.evaluate(images, labels, verbose=0) == model.evaluate(images, labels, verbose=0)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
@EVERY_LOSS
def test_half_logits_have_a_float32_loss_and_half_slopes(name, mode, half):
    logits, target = example(mode)
    loss = Loss(name, **options_of(name, mode))
    value, slope = slope_of(lambda z, t: loss(t, z))(tf.cast(logits, half), target)
    assert (value.dtype, slope.dtype.name) == (tf.float32, half)


def test_keras_fits_in_mixed_precision():
    images = field_of(51, 4, 4, 4, 1).astype("float32")
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = conv(1)
        terms = [(1.0, "cross_entropy", {}), (1.0, "dice", {}), (1.0, "lovasz_hinge", {})]
        model.compile(keras.optimizers.Adam(0.1), Loss("compound", terms=terms), jit_compile=False)
        history = model.fit(images, images > 0, epochs=8, verbose=0).history["loss"]
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert model.layers[-1].compute_dtype == "float16"
    assert history[-1] < history[0]


# Sample weights


@pytest.mark.parametrize("name", ["cross_entropy", "dice", "lovasz_hinge"])
def test_fit_masks_and_weighs_by_sample_weights_as_eager_code_does(name):
    images, masks = field_of(52, 2, 4, 4, 1).astype("float32"), labels_of(53, 2, 2, 4, 4, 1)
    keep = labels_of(54, 2, 2, 4, 4).astype("float32")
    model = conv(1)
    model.compile("sgd", loss := Loss(name), jit_compile=False)
    for weight in (keep, np.float32([3, 1])):
        eager = loss(masks, model(images), sample_weight=weight)
        start = model.get_weights()
        came = model.fit(images, masks, sample_weight=weight, verbose=0).history["loss"]
        model.set_weights(start)
        np.testing.assert_allclose(came, [eager], rtol=1e-5)
    ignored = np.where(keep[..., None] == 1, masks, 255)
    expected = Loss(name, ignore_index=255)(ignored, model(images))
    np.testing.assert_allclose(loss(masks, model(images), sample_weight=keep), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["cross_entropy", "dice", "lovasz_hinge"])
def test_sample_weights_that_are_no_weights_are_refused(name):
    loss = Loss(name)
    logits, target = example("binary")

    @tf.function(input_signature=[tf.TensorSpec([None] * 3)])
    def in_a_graph(weight):
        return loss(target, logits, sample_weight=weight)

    fine = tf.ones([2, 4, 5])
    np.testing.assert_allclose(in_a_graph(fine), loss(target, logits), rtol=1e-12)
    for wrong in (-1.0, np.nan, np.inf):
        weight = tf.tensor_scatter_nd_update(fine, [[1, 2, 3]], [wrong])
        with pytest.raises(ValueError, match=f"sample_weight: found {wrong}, .* at least 0"):
            loss(target, logits, sample_weight=weight)
        with pytest.raises(tf.errors.InvalidArgumentError, match="sample_weight: expected finite"):
            in_a_graph(weight)
    with pytest.raises(tf.errors.InvalidArgumentError, match="sample_weight: shape"):
        in_a_graph(tf.ones([2, 5, 4]))  # as many, in another order


# On a GPU, and on several devices


@pytest.mark.gpu
@EVERY_LOSS
def test_on_a_gpu_the_gradient_stays_there_and_is_that_of_the_cpu(name, mode):
    if not tf.config.list_logical_devices("GPU"):
        pytest.skip("needs a GPU that TensorFlow can use")
    logits, target = example(mode)
    step = partial(slope_of(getattr(segloss_lab.tensorflow, name)), **options_of(name, mode))
    on = {}
    for device in ("CPU:0", "GPU:0"):
        with tf.device(device):
            on[device] = step(tf.constant(logits), tf.constant(target))
    assert "GPU:0" in on["GPU:0"][1].device
    check_same(on["GPU:0"], on["CPU:0"], 1e-9)


def test_replicas_train_as_one_process_does():
    run = subprocess.run(
        [sys.executable, __file__], capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("same") == len(JOBS) + BY_KERAS


MULTI = {"mode": "multiclass"}
JOBS = [
    ("dice", {"over": "global"}),
    ("dice", {"over": "global", "reduction": "sum"} | MULTI),
    ("jaccard", {"over": "global", "classes": "present", "class_weights": [1, 3, 2]} | MULTI),
    ("tversky", {"over": "global", "gamma": 0.75, "alpha": 0.3}),
    ("generalized_dice", {"over": "global"} | MULTI),
]  # fmt: skip
BY_KERAS = 1  # of them


def train_on_replicas():
    """Three steps on two replicas and on one.

    The second replica sees no foreground, then no valid pixel, and then one image of three.
    """
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    images = field_of(60, 11, 4, 4, 1).astype("float32")
    for number, (name, options) in enumerate(JOBS):
        channels = 3 if options.get("mode") else 1
        labels = labels_of(61, max(channels, 2), 11, 4, 4).astype("uint8")
        labels[2:4], labels[6:8] = 0, 255
        labels = labels if options.get("mode") else labels[..., None]
        loss = Loss(name, ignore_index=255, **options)
        alone = train_alone(loss, images, labels, channels)
        ways = (train_by_hand, train_by_keras) if number < BY_KERAS else (train_by_hand,)
        for way in ways:
            came = way(strategy, loss, images, labels, channels)
            np.testing.assert_allclose(came, alone[: came.size], rtol=0, atol=1e-6)
            print(name, options, way.__name__, "same")


def model_of(channels):
    model = conv(channels)
    model.set_weights([field_of(62, *w.shape) for w in model.get_weights()])
    model.compile(keras.optimizers.SGD(1.0), jit_compile=False)
    return model


def parameters(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def step(model, loss, images, labels):
    with tf.GradientTape() as tape:
        value = loss(labels, model(images))
    slopes = tape.gradient(value, model.trainable_variables)
    model.optimizer.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
    return value


def train_alone(loss, images, labels, channels):
    model = model_of(channels)
    for start in (0, 4, 8):
        value = step(model, loss, images[start : start + 4], labels[start : start + 4])
    return np.append(parameters(model), value)


def train_by_hand(strategy, loss, images, labels, channels):
    with strategy.scope():
        model = model_of(channels)
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(4)
    on_all = tf.function(lambda x, y: strategy.run(partial(step, model, loss), (x, y)))
    for batch in strategy.experimental_distribute_dataset(batches):
        values = on_all(*batch)
    assert [len(part) for part in strategy.experimental_local_results(batch[0])] == [2, 1]
    return np.append(parameters(model), strategy.reduce("SUM", values, axis=None))


def train_by_keras(strategy, loss, images, labels, channels):
    with strategy.scope():
        model = model_of(channels)
        model.compile(model.optimizer, loss, jit_compile=False)
    model.fit(images, labels, batch_size=4, shuffle=False, verbose=0)
    return parameters(model)


if __name__ == "__main__":
    train_on_replicas()

"""`Loss` in a training script of each framework."""

import copy
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from backends import channels_last
from table import LOSSES, T1, T3, Z1, Z3, options_of, takes

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import reference

MULTI = {"mode": "multiclass"}
README = Path(__file__).resolve().parent.parent / "README.md"


@pytest.mark.parametrize("module", [segloss_lab.torch, segloss_lab.tensorflow])
def test_a_wrong_loss_is_refused_when_it_is_made(module):
    with pytest.raises(ValueError, match="loss: got 'dise', expected one of cross_entropy, focal"):
        module.Loss("dise")
    with pytest.raises(TypeError, match="dice has no option 'smoth'"):
        module.Loss("dice", smoth=1.0)
    with pytest.raises(ValueError, match="smooth: got -1"):
        module.Loss("dice", smooth=-1)


def lesson(name):
    """Images, their truth in one class or three, the number of channels, and a loss's options."""
    images = np.random.default_rng(0).normal(size=(8, 1, 16, 16)).astype("float32")
    if takes(name, "binary"):
        return images, (images > 0.5).astype("uint8"), 1, options_of(name)
    labels = np.digitize(images[:, 0], [-0.5, 0.5]).astype("uint8")
    return images, labels, 3, options_of(name, "multiclass")


@pytest.mark.parametrize("module", [segloss_lab.torch, segloss_lab.tensorflow])
def test_weights_given_as_tensors_are_checked_copied_and_saved_too(module):
    tensor = torch.tensor if module is segloss_lab.torch else tf.constant
    with pytest.raises(ValueError, match="class_weights: got .*-2.0.*at least 0"):
        module.Loss("dice", mode="multiclass", class_weights=tensor([1.0, -2.0, 3.0]))
    weights = np.array([1.0, 2.0, 3.0], dtype=np.float32)
    loss = module.Loss("dice", mode="multiclass", class_weights=weights)
    weights[:] = 0
    assert "class_weights=[1.0, 2.0, 3.0]" in repr(loss)


@pytest.mark.parametrize("name, options", [("dice", {}), ("focal", {"alpha": [0.1, 0.2, 0.3]})])
def test_two_torch_losses_of_one_name_compile_whole(name, options):
    torch.compiler.reset()  # it gives up on a module of which it has compiled eight kinds
    logits, target = torch.tensor(Z3), torch.tensor(T3)
    for smooth in (0.5, 1.5):
        own = {"smooth": smooth} if name == "dice" else {"gamma": smooth}
        loss = segloss_lab.torch.Loss(name, **own, **options, **MULTI)
        compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
        np.testing.assert_allclose(
            compiled(logits, target).item(), loss(logits, target).item(), rtol=1e-12
        )


# PyTorch


def test_a_torch_loss_is_a_module_that_says_what_it_is():
    loss = segloss_lab.torch.Loss("dice", smooth=0.5, class_weights=[1, 2, 3], **MULTI)
    assert repr(loss) == "Loss('dice', smooth=0.5, class_weights=[1, 2, 3], mode='multiclass')"
    assert loss.state_dict() == {}
    value = copy.deepcopy(loss)(torch.tensor(Z3), torch.tensor(T3))
    expected, _ = reference.dice(Z3, T3, smooth=0.5, class_weights=[1, 2, 3], **MULTI)
    np.testing.assert_allclose(value.item(), expected, rtol=1e-12)


@pytest.mark.parametrize("mode", ["binary", "multiclass"])
def test_torch_says_how_a_model_that_ends_in_an_activation_is_trained(mode):
    """It cannot know; two sigmoids give another loss and no error."""
    logits, target = map(torch.tensor, (Z1, T1) if mode == "binary" else (Z3, T3))
    probs = logits.sigmoid() if mode == "binary" else logits.softmax(1)
    right, wrong = (
        segloss_lab.torch.Loss("dice", mode=mode, from_logits=given)(probs, target)
        for given in (False, True)
    )
    expected = segloss_lab.torch.dice(logits, target, mode=mode)
    np.testing.assert_allclose(right.item(), expected.item(), rtol=1e-12)
    assert abs(wrong - expected) > 0.01
    section = README.read_text().split("## Train with it")[1].split("\n## ")[0]
    for told in (segloss_lab.torch.Loss.__doc__, section):
        assert re.search(r"ends in one.*`(Loss\(\.\.\., )?from_logits=False\)?`", told, re.S)


@pytest.mark.parametrize("name", reference.__all__)
def test_a_torch_model_learns(name):
    torch.manual_seed(0)
    images, masks, channels, options = lesson(name)
    images, masks = torch.tensor(images), torch.tensor(masks)
    model = torch.nn.Conv2d(1, channels, 3, padding=1)
    loss = segloss_lab.torch.Loss(name, **options)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    history = []
    for _ in range(40):
        optimizer.zero_grad()
        value = loss(model(images), masks)
        value.backward()
        optimizer.step()
        history.append(value.item())
    assert history[-1] < 0.5 * history[0]


# Keras


@pytest.mark.parametrize("name", reference.__all__)
def test_a_keras_model_learns_and_is_saved_with_its_loss(name, tmp_path):
    keras.utils.set_random_seed(0)
    images, masks, channels, options = lesson(name)
    images, masks = channels_last(images), channels_last(masks) if channels == 1 else masks
    weighted = name in ("cross_entropy", "dice", "lovasz_hinge")
    weights = {"class_weights": np.array([2.0])} if weighted else {}
    loss = segloss_lab.tensorflow.Loss(name, ignore_index=255, **options, **weights)
    model = keras.Sequential(
        [keras.Input((16, 16, 1)), keras.layers.Conv2D(channels, 3, padding="same")]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss=loss)
    history = model.fit(images, masks, epochs=30, batch_size=4, verbose=0).history["loss"]
    assert history[-1] < 0.6 * history[0]
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.loss.get_config() == loss.get_config()
    came = again.evaluate(images, masks, batch_size=8, verbose=0)
    assert came == model.evaluate(images, masks, batch_size=8, verbose=0)


def test_keras_labels_keep_their_dtype_up_to_the_checks():
    """Keras casts labels to float32, where the label 255 would be refused as a float label."""
    loss = segloss_lab.tensorflow.Loss("dice", **MULTI)
    value = loss(T3.astype("uint8"), channels_last(Z3))
    np.testing.assert_allclose(value, reference.dice(Z3, T3, **MULTI)[0], rtol=1e-12)
    with pytest.raises(ValueError, match="divide by 255"):
        loss(np.where(T3 == 1, 255, T3).astype("uint8"), channels_last(Z3))


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean", "sum", "none", None])
def test_keras_names_of_reductions_are_understood(reduction):
    ours = {"sum_over_batch_size": "mean", None: "none"}.get(reduction, reduction)
    value = segloss_lab.tensorflow.Loss("dice", reduction=reduction)(
        channels_last(T1), channels_last(Z1)
    )
    np.testing.assert_allclose(value, reference.dice(Z1, T1, reduction=ours)[0], rtol=1e-12)


REGIONS = ["dice", "jaccard", "tversky", "generalized_dice", "lovasz_softmax"]
PIXELS = [(name, {}) for name in ("cross_entropy", "focal", "compound")]


@pytest.mark.parametrize(
    "name, options",
    [*PIXELS, *((name, {"over": o}) for name in REGIONS for o in ("image", "batch"))],
)
def test_sample_weights_of_pixels_of_0_and_1_are_a_mask(name, options):
    options = {**options_of(name, "multiclass"), **options}
    keep = np.random.default_rng(0).random(T3.shape) < 0.6
    keep[1] = False
    loss = segloss_lab.tensorflow.Loss(name, **options)
    logits = tf.Variable(channels_last(Z3))
    with tf.GradientTape() as tape:
        value = loss(T3, logits, sample_weight=keep.astype("float32"))
    expected, gradient = getattr(reference, name)(
        Z3, np.where(keep, T3, -1), ignore_index=-1, **options
    )
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(
        np.moveaxis(tape.gradient(value, logits), -1, 1), gradient, atol=1e-14
    )


@pytest.mark.parametrize("name", [name for name in LOSSES if takes(name, "binary")])
def test_sample_weights_of_images_weigh_images(name):
    loss = segloss_lab.tensorflow.Loss(name, **options_of(name))
    value = loss(channels_last(T1), channels_last(Z1), sample_weight=np.array([3.0, 1.0]))
    alone = getattr(reference, name)
    one, two = (alone(Z1[i : i + 1], T1[i : i + 1], **options_of(name))[0] for i in range(2))
    np.testing.assert_allclose(value, (3 * one + two) / 4, rtol=1e-12)


@pytest.mark.parametrize("name", ["dice", "jaccard", "tversky", "lovasz_hinge"])
def test_weighing_an_image_over_the_batch_repeats_its_pixels(name):
    loss = segloss_lab.tensorflow.Loss(name, over="batch")
    value = loss(channels_last(T1), channels_last(Z1), sample_weight=np.array([2.0, 1.0]))
    repeated = [np.concatenate([a[:1], a]) for a in (Z1, T1)]
    expected = getattr(reference, name)(*repeated, over="batch")[0]
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_a_sample_weight_of_another_shape_is_refused():
    loss = segloss_lab.tensorflow.Loss("dice")
    for weights in (np.ones((2, 3)), np.ones(1), np.ones(3), np.ones((1, 4, 5))):
        with pytest.raises(ValueError, match="sample_weight: got shape"):
            loss(channels_last(T1), channels_last(Z1), sample_weight=weights)

"""Mistakes that people make: each is refused in one line that names the argument."""

import numpy as np
import pytest
import tensorflow as tf
import torch
from backends import channels_last
from table import T1, T3, Z1, Z3

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import reference

FLOATS = T3.astype(float)
NOT_ONE = np.full(Z3.shape, 0.5)


def by_reference(loss, logits, target, **options):
    return getattr(reference, loss)(logits, target, **options)


def by_torch(loss, logits, target, **options):
    return getattr(segloss_lab.torch, loss)(torch.tensor(logits), torch.tensor(target), **options)


def by_tensorflow(loss, logits, target, **options):
    if np.ndim(target) == np.ndim(logits):
        target = channels_last(target)
    return getattr(segloss_lab.tensorflow, loss)(channels_last(logits), target, **options)


BACKENDS = [by_reference, by_torch, by_tensorflow]

MULTI = {"mode": "multiclass"}
# (what, logits, target, options, error, words that the message must have)
ARRAYS = [
    ("a 0/255 mask", Z1, T1 * 255, {}, ValueError, ["target", "255", "divide by 255"]),
    ("a 0/255 uint8 mask", Z1, (T1 * 255).astype(np.uint8), {}, ValueError, ["divide by 255"]),
    ("a 0/255 float mask", Z1, T1 * 255.0, {}, ValueError, ["divide by 255", "[0, 1]"]),
    ("0/255 labels", Z3, (T3 > 0) * 255, MULTI, ValueError, ["label 255", "divide by 255"]),
    ("a label too high", Z3, T3 + 1, MULTI, ValueError, ["target", "label 3", "0 to 2"]),
    ("a label below 0", Z3, T3 - 1, MULTI, ValueError, ["target", "label -1", "0 to 2"]),
    ("a NaN target", Z1, np.where(T1, np.nan, 0.0), {}, ValueError, ["target", "nan", "[0, 1]"]),
    ("a negative target", Z1, -T1, {}, ValueError, ["target", "-1", "0 or 1"]),
    ("float labels", Z3, FLOATS, MULTI, TypeError, ["target", "integer labels"]),
    ("sums of 1.5", Z3, NOT_ONE, MULTI, ValueError, ["target", "sum to 1.5", "expected 1"]),
    ("no channel", Z1, T1[:, 0], {}, ValueError, ["target", "(2, 4, 5)", "nothing is broadcast"]),
    ("one mask for two", Z1, T1[:1], {}, ValueError, ["target", "nothing is broadcast"]),
    ("labels of one image", Z3, T3[:1], MULTI, ValueError, ["target", "(1, 4, 5)", "for labels"]),
    ("3 channels, binary", Z3, T3, {}, ValueError, ["logits", "3 channels", 'mode="binary"']),
    ("1 channel, multiclass", Z1, T1[:, 0], MULTI, ValueError, ["logits", "1 channel"]),
    ("integer logits", T1, T1, {}, TypeError, ["logits", "integer", "floating point"]),
    ("complex target", Z1, T1 * 1j, {}, TypeError, ["target", "complex"]),
    ("one axis", Z1[0, 0, 0], T1[0, 0, 0], {}, ValueError, ["logits", "(5,)", "spatial"]),
    ("logits as probabilities", Z1, T1, {"from_logits": False}, ValueError, ["logits", "[0, 1]"]),
]  # fmt: skip
OPTIONS = [
    ("cross_entropy", {"mode": "softmax"}, ValueError, ["mode", "'softmax'", "'multiclass'"]),
    ("cross_entropy", {"reduction": "avg"}, ValueError, ["reduction", "'avg'", "'none'"]),
    ("cross_entropy", {"from_logits": 1}, TypeError, ["from_logits", "True or False"]),
    ("cross_entropy", {"ignore_index": 1.5}, TypeError, ["ignore_index", "1.5", "integer"]),
    ("cross_entropy", {"label_smoothing": 1.5}, ValueError, ["label_smoothing", "1.5", "[0, 1]"]),
    ("cross_entropy", {"pos_weight": -1.0}, ValueError, ["pos_weight", "-1.0", "at least 0"]),
    ("cross_entropy", {"pos_weight": [1.0, 2.0]}, ValueError, ["pos_weight", "(2,)", "1 numbers"]),
    ("cross_entropy", {"class_weights": [1.0, 2.0]}, ValueError, ["class_weights", "(2,)"]),
    ("cross_entropy", {"class_weights": 2.0}, ValueError, ["class_weights", "()"]),
    ("cross_entropy", {"class_weights": [np.inf]}, ValueError, ["class_weights", "inf", "finite"]),
    ("cross_entropy", {"smooth": 1.0}, TypeError, ["cross_entropy", "no option 'smooth'"]),
    ("dice", {"smoth": 1.0}, TypeError, ["dice", "no option 'smoth'", "smooth, eps"]),
    ("dice", {"smooth": -1.0}, ValueError, ["smooth", "-1.0", "at least 0"]),
    ("dice", {"smooth": float("nan")}, ValueError, ["smooth", "nan", "finite"]),
    ("dice", {"smooth": "1"}, TypeError, ["smooth", "'1'", "number"]),
    ("dice", {"smooth": True}, TypeError, ["smooth", "True", "number"]),
    ("dice", {"eps": float("inf")}, ValueError, ["eps", "inf", "finite"]),
    ("dice", {"log": True, "smooth": 0.0}, ValueError, ["log", "smooth > 0"]),
    ("dice", {"intersection": "min", "squared": True}, ValueError, ["intersection", "squared"]),
    ("dice", {"intersection": "max"}, ValueError, ["intersection", "'max'", "'product'"]),
    ("dice", {"over": "pixels"}, ValueError, ["over", "'pixels'", "'batch'"]),
    ("dice", {"classes": "some"}, ValueError, ["classes", "'some'", "'present'"]),
    ("dice", {"classes": 1}, TypeError, ["classes", "1", "list of different channels"]),
    ("dice", {"classes": []}, ValueError, ["classes", "[]"]),
    ("dice", {"classes": [0, 0]}, ValueError, ["classes", "[0, 0]", "different"]),
    ("dice", {"classes": [1]}, ValueError, ["classes", "[1]", "below 1"]),
]  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss", reference.__all__)
@pytest.mark.parametrize(
    "what, logits, target, options, error, words", ARRAYS, ids=lambda x: str(x)[:20]
)
def test_a_wrong_array_is_refused(what, logits, target, options, error, words, loss, backend):
    with pytest.raises(error) as caught:
        backend(loss, logits, target, **options)
    message = str(caught.value)
    if backend is by_tensorflow:  # which shows shapes as they came, channels last
        words = [word for word in words if "(" not in word]
    assert all(word in message for word in words), message
    assert "\n" not in message


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss, options, error, words", OPTIONS, ids=lambda x: str(x)[:40])
def test_a_wrong_option_is_refused(loss, options, error, words, backend):
    with pytest.raises(error) as caught:
        backend(loss, Z1, T1, **options)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message


def test_pos_weight_is_refused_for_a_softmax():
    with pytest.raises(ValueError, match="pos_weight.*class_weights"):
        reference.cross_entropy(Z3, T3, mode="multiclass", pos_weight=2.0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss", reference.__all__)
def test_ignored_pixels_are_left_out_of_the_checks(loss, backend):
    target = T1.copy()
    target[0, 0, 0] = 255
    backend(loss, Z1, target, ignore_index=255)
    backend(loss, Z3, np.where(T3 == 2, -1, T3), mode="multiclass", ignore_index=-1)


@pytest.mark.parametrize("kind, index", [("uint8", -1), ("int8", 255)])
@pytest.mark.parametrize("backend", BACKENDS)
def test_an_index_does_not_wrap_around_in_a_small_integer(kind, index, backend):
    """In the framework alone, uint8 255 == -1 is true: the 255 would pass for ignored."""
    target = np.where(T1 == 1, np.array(-1).astype(kind), T1.astype(kind))
    with pytest.raises(ValueError, match="target"):
        backend("dice", Z1, target, ignore_index=index)


@pytest.mark.parametrize("loss", reference.__all__)
def test_validate_false_skips_the_values_and_nothing_else(loss):
    for backend in BACKENDS:
        backend(loss, Z1, T1 * 2.0, validate=False)
        with pytest.raises(ValueError, match="nothing is broadcast"):
            backend(loss, Z1, T1[:1], validate=False)


@pytest.mark.parametrize("loss", reference.__all__)
def test_a_tf_function_checks_values_too(loss):
    function = tf.function(getattr(segloss_lab.tensorflow, loss))
    logits = tf.constant(channels_last(Z1))
    expected = getattr(reference, loss)(Z1, T1)[0]
    np.testing.assert_allclose(function(logits, channels_last(T1)), expected, rtol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError, match="target: expected values in 0 to 1"):
        function(logits, channels_last(T1 * 255))
    sizes = [None] * 4
    loose = tf.function(
        getattr(segloss_lab.tensorflow, loss),
        input_signature=[tf.TensorSpec(sizes, tf.float64), tf.TensorSpec(sizes, tf.int64)],
        autograph=False,
    )
    with pytest.raises(ValueError, match="known number of channels"):
        loose(logits, channels_last(T1))
    open_sizes = tf.function(
        getattr(segloss_lab.tensorflow, loss),
        input_signature=[
            tf.TensorSpec([None, None, None, 1], tf.float64),
            tf.TensorSpec([None, None, None, 1], tf.int64),
        ],
    )
    np.testing.assert_allclose(open_sizes(logits, channels_last(T1)), expected, rtol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError, match="target: shape"):
        open_sizes(logits, channels_last(T1).transpose(0, 2, 1, 3))


def test_arrays_that_are_not_tensors_are_refused_by_torch():
    with pytest.raises(TypeError, match="logits: got ndarray, expected torch.Tensor"):
        segloss_lab.torch.dice(Z1, T1)

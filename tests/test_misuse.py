"""Mistakes that people make: each is refused in one line that names the argument."""

import contextlib
import functools
import inspect

import numpy as np
import pytest
import tensorflow as tf
import torch
from backends import channels_last
from table import LOSSES, T1, T3, Z1, Z2, Z3, one_hot, options_of, takes

import segloss_lab.tensorflow
import segloss_lab.torch
from segloss_lab import metrics, reference

FLOATS = T3.astype(float)
HOT = one_hot(T3, 3) > 0
NOT_ONE = np.full(Z3.shape, 0.5)
NO_CLASS = ["ignore_index: got", "a class", "give integer labels", "such as -1"]


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
# (what, logits, target, options with "mode", error, words that the message must have)
ARRAYS = [
    ("a 0/255 mask", Z1, T1 * 255, {}, ValueError, ["target", "255", "divide by 255"]),
    ("a 0/255 uint8 mask", Z1, (T1 * 255).astype(np.uint8), {}, ValueError, ["divide by 255"]),
    ("a 0/255 float mask", Z1, T1 * 255.0, {}, ValueError, ["target", "divide by 255"]),
    ("0/255 labels", Z3, (T3 > 0) * 255, MULTI, ValueError, ["label 255", "divide by 255"]),
    ("a label too high", Z3, T3 + 1, MULTI, ValueError, ["target", "label 3", "0 to 2"]),
    ("a label below 0", Z3, T3 - 1, MULTI, ValueError, ["target", "label -1", "0 to 2"]),
    ("a NaN target", Z1, np.where(T1, np.nan, 0.0), {}, ValueError, ["target", "nan"]),
    ("a negative target", Z1, -T1, {}, ValueError, ["target", "-1", "0 or 1"]),
    ("float labels", Z3, FLOATS, MULTI, TypeError, ["target", "integer labels"]),
    ("2 channels for 3", Z3, HOT[:, :2], MULTI, ValueError, ["target", "(2, 1, 4, 5)", "or (2,"]),
    ("a pixel of no class", Z3, one_hot(T3 + 1, 3), MULTI, ValueError, ["no class", "index=-1"]),
    ("class 0 ignored", Z3, HOT, MULTI | {"ignore_index": 0}, ValueError, NO_CLASS),
    ("class 2 ignored", Z3, HOT * 1.0, MULTI | {"ignore_index": 2}, ValueError, NO_CLASS),
    ("sums of 1.5", Z3, NOT_ONE, MULTI, ValueError, ["target", "expected"]),
    ("no channel", Z1, T1[:, 0], {}, ValueError, ["target", "(2, 4, 5)", "nothing is broadcast"]),
    ("one mask for two", Z1, T1[:1], {}, ValueError, ["target", "nothing is broadcast"]),
    ("labels of one image", Z3, T3[:1], MULTI, ValueError, ["target", "(1, 4, 5)", "for labels"]),
    ("3 channels, binary", Z3, T3, {}, ValueError, ["logits", "3 channels", 'mode="binary"']),
    ("1 channel, multiclass", Z1, T1[:, 0], MULTI, ValueError, ["logits", "1 channel"]),
    ("integer logits", T1, T1, {}, TypeError, ["logits", "integer", "floating point"]),
    ("complex target", Z1, T1 * 1j, {}, TypeError, ["target", "complex"]),
    ("no channels", Z1[:, :0], T1[:, :0], {"mode": "multilabel"}, ValueError, ["at least 1"]),
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
    ("cross_entropy", {"class_weights": {0: 1}}, TypeError, ["class_weights", "numbers"]),
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
    ("focal", {"gamma": -1.0}, ValueError, ["gamma", "-1.0", "at least 0"]),
    ("focal", {"alpha": 1.5}, ValueError, ["alpha", "1.5", "[0, 1]"]),
    ("focal", {"alpha": [0.2, 0.3]}, ValueError, ["alpha", "(2,)", "1 numbers"]),
    ("focal", {"normalize": "boxes"}, ValueError, ["normalize", "'boxes'", "'positives'"]),
    ("tversky", {"alpha": -0.1}, ValueError, ["alpha", "-0.1", "at least 0"]),
    ("tversky", {"beta": [0.5]}, TypeError, ["beta", "[0.5]", "number"]),
    ("tversky", {"gamma": 0.0}, ValueError, ["gamma", "0.0", "above 0"]),
    ("tversky", {"log": True}, TypeError, ["tversky", "no option 'log'"]),
    ("jaccard", {"log": True, "smooth": 0}, ValueError, ["log", "smooth > 0"]),
    ("generalized_dice", {"class_weights": [1.0]}, TypeError, ["no option 'class_weights'"]),
    ("lovasz_hinge", {"mode": "multiclass"}, ValueError, ["mode", "'multiclass'", "'multilabel'"]),
    ("lovasz_hinge", {"over": "global"}, ValueError, ["over", "'global'", "'batch'"]),
    ("lovasz_hinge", {"from_logits": False}, TypeError, ["no option 'from_logits'"]),
    ("lovasz_softmax", {"mode": "multiclass"}, TypeError, ["lovasz_softmax", "no option 'mode'"]),
    ("lovasz_softmax", {"over": "global"}, ValueError, ["over", "'global'", "'batch'"]),
    ("compound", {}, TypeError, ["compound needs terms"]),
    ("compound", {"terms": []}, TypeError, ["terms", "[]", "(weight, name, options)"]),
    ("compound", {"terms": {"dice": 1}}, TypeError, ["terms", "(weight, name, options)"]),
    ("compound", {"terms": [(1.0, "dice")]}, TypeError, ["terms", "(weight, name, options)"]),
    ("compound", {"terms": [(1.0, "dise", {})]}, ValueError, ["terms", "'dise'", "dice, jaccard"]),
    ("compound", {"terms": [(-1.0, "dice", {})]}, ValueError, ["terms", "weight of dice", "-1.0"]),
    ("compound", {"terms": [(1.0, "dice", {"smoth": 1})]}, TypeError, ["no option 'smoth'"]),
    ("compound", {"terms": [(1.0, "dice", {"mode": "binary"})]}, ValueError, ["terms", "'mode'"]),
    ("compound", {"terms": [(1.0, "dice", {"reduction": "sum"})]}, ValueError, ["terms", "'sum'"]),
    ("compound", {"terms": [(1.0, "compound", {})]}, ValueError, ["terms", "'compound'"]),
    ("compound", {"terms": [(1.0, "lovasz_softmax", {})]}, ValueError, ["terms", "multiclass"]),
]  # fmt: skip


def arrays():
    """Every wrong array for every loss that takes its mode and its options."""
    for what, logits, target, options, error, words in ARRAYS:
        mode = options.get("mode", "binary")
        for loss in LOSSES:
            own = {k: v for k, v in options.items() if k != "mode"}
            if takes(loss, mode) and set(own) <= set(inspect.signature(by_name(loss)).parameters):
                every = {**options_of(loss, mode), **own}
                yield pytest.param(loss, logits, target, every, error, words, id=f"{what}, {loss}")


def by_name(loss):
    return getattr(reference, loss)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss, logits, target, options, error, words", list(arrays()))
def test_a_wrong_array_is_refused(loss, logits, target, options, error, words, backend):
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


@pytest.mark.parametrize(
    "backend, cast",
    [
        (by_reference, "target.astype(int)"),
        (by_torch, "target.long()"),
        (by_tensorflow, "tf.cast(target, tf.int64)"),
    ],
)
def test_float_labels_are_told_how_to_become_integers(backend, cast):
    for target in (FLOATS, FLOATS[:, None]):
        with pytest.raises(TypeError) as caught:
            backend("dice", Z3, target, mode="multiclass")
        assert str(caught.value).endswith(f"expected integer labels: {cast}")


def test_options_of_the_sigmoid_are_refused_for_a_softmax():
    with pytest.raises(ValueError, match="pos_weight.*class_weights"):
        reference.cross_entropy(Z3, T3, mode="multiclass", pos_weight=2.0)
    with pytest.raises(
        ValueError, match="alpha: got the number 0.25, expected a list of C weights"
    ):
        reference.focal(Z3, T3, mode="multiclass", alpha=0.25)
    with pytest.raises(ValueError, match="alpha: got the number"):
        reference.focal(Z3, T3, mode="multiclass", alpha=np.array(0.25))
    with pytest.raises(ValueError, match="normalize"):
        reference.focal(Z3, T3, mode="multiclass", normalize="positives")


@pytest.mark.parametrize("backend", BACKENDS)
def test_ranking_losses_refuse_soft_labels(backend):
    for loss, logits, target in (
        ("lovasz_hinge", Z1, T1 * 0.5),
        ("lovasz_softmax", Z3, np.full(Z3.shape, 1 / 3)),
    ):
        with pytest.raises(ValueError, match="target: .* expected 0 or 1: .* hard labels only"):
            backend(loss, logits, target)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("loss", reference.__all__)
def test_ignored_pixels_are_left_out_of_the_checks(loss, backend):
    if takes(loss, "binary"):
        target = T1.copy()
        target[0, 0, 0] = 255
        backend(loss, Z1, target, ignore_index=255, **options_of(loss))
    if takes(loss, "multiclass"):
        target = np.where(T3 == 2, -1, T3)
        backend(loss, Z3, target, ignore_index=-1, **options_of(loss, "multiclass"))


@pytest.mark.parametrize("kind, index", [("uint8", -1), ("int8", 255)])
@pytest.mark.parametrize("backend", BACKENDS)
def test_an_index_does_not_wrap_around_in_a_small_integer(kind, index, backend):
    """In the framework alone, uint8 255 == -1 is true: the 255 would pass for ignored."""
    target = np.where(T1 == 1, np.array(-1).astype(kind), T1.astype(kind))
    with pytest.raises(ValueError, match="target"):
        backend("dice", Z1, target, ignore_index=index)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if takes(loss, "binary")])
def test_validate_false_skips_the_values_and_nothing_else(loss):
    for backend in BACKENDS:
        backend(loss, Z1, T1 * 2.0, validate=False, **options_of(loss))
        with pytest.raises(ValueError, match="nothing is broadcast"):
            backend(loss, Z1, T1[:1], validate=False, **options_of(loss))


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if takes(loss, "binary")])
def test_a_tf_function_checks_values_too(loss):
    twin = functools.partial(getattr(segloss_lab.tensorflow, loss), **options_of(loss))
    logits, target = tf.constant(channels_last(Z1)), channels_last(T1)
    expected = getattr(reference, loss)(Z1, T1, **options_of(loss))[0]
    for sizes in ((2, 4, 5, 1), (None, None, None, 1)):
        signature = [tf.TensorSpec(sizes, tf.float64), tf.TensorSpec(sizes, tf.int64)]
        function = tf.function(twin, input_signature=signature)
        np.testing.assert_allclose(function(logits, target), expected, rtol=1e-12)
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="target: expected values in 0 to 1"
        ):
            function(logits, target * 255)
    with pytest.raises(tf.errors.InvalidArgumentError, match="target: shape"):
        function(logits, target.transpose(0, 2, 1, 3))  # as many numbers, in another order


def test_a_tf_function_needs_to_know_the_number_of_channels():
    sizes = [None] * 4
    signature = [tf.TensorSpec(sizes, tf.float64), tf.TensorSpec(sizes, tf.int64)]
    with pytest.raises(ValueError, match="known number of channels"):
        tf.function(segloss_lab.tensorflow.dice, input_signature=signature)(
            channels_last(Z2), channels_last(Z2 > 0).astype(int)
        )


@pytest.mark.parametrize("module", ["torch", "tensorflow", "reference"])
@pytest.mark.parametrize("loss", reference.__all__)
def test_a_batch_of_nothing_costs_nothing(loss, module):
    mode = "binary" if takes(loss, "binary") else "multiclass"
    logits = np.zeros((0, 1 if mode == "binary" else 3, 4, 4))
    target = np.zeros((0, 1, 4, 4) if mode == "binary" else (0, 4, 4), dtype=int)
    backend = {"torch": by_torch, "tensorflow": by_tensorflow, "reference": by_reference}[module]
    value = backend(loss, logits, target, **options_of(loss, mode))
    assert float(value[0] if module == "reference" else value) == 0


def test_arrays_that_are_not_tensors_are_refused_by_torch():
    with pytest.raises(TypeError, match="logits: got ndarray, expected torch.Tensor"):
        segloss_lab.torch.dice(Z1, T1)


# What is no plain array


@contextlib.contextmanager
def refused(error, name, *words):
    """An error of one short line, which begins with the argument."""
    with pytest.raises(error) as caught:
        yield
    message = str(caught.value)
    assert message.startswith(f"{name}: got ") and "\n" not in message and len(message) < 320
    assert all(word in message for word in words), message


MASKED = {"logits": np.ma.masked_less(Z1, 0), "target": np.ma.masked_equal(T1, 1)}
FIRST = {"logits": Z1, "target": T1}
LAST = {name: channels_last(array) for name, array in FIRST.items()}


@pytest.mark.parametrize(
    "loss, fine", [(reference.dice, FIRST), (segloss_lab.tensorflow.dice, LAST)]
)
@pytest.mark.parametrize("name", ["logits", "target"])
def test_masked_arrays_ragged_lists_and_tensors_with_a_gradient_are_refused(name, loss, fine):
    for wrong in (MASKED[name], list(MASKED[name])):
        with refused(TypeError, name, "masked array", ".filled("):
            loss(**fine | {name: wrong})
    loss(**fine | {name: np.ma.array(fine[name])})  # in which nothing is masked
    for wrong in ([[0.5], [0.5, 0.5]], torch.tensor(Z1, requires_grad=True)):
        with refused(ValueError, name, "expected one array"):
            loss(**fine | {name: wrong})


def test_sample_weights_with_a_mask_are_refused_too():
    weight = np.ma.masked_equal(np.array([0.0, 1.0]), 0)
    with refused(TypeError, "sample_weight", "masked array"):
        segloss_lab.tensorflow.Loss("dice")(LAST["target"], LAST["logits"], weight)


@pytest.mark.parametrize("score", [metrics.dice_score, metrics.iou_score])
@pytest.mark.parametrize("name", ["prediction", "target"])
def test_scores_refuse_masked_arrays_and_ragged_lists(name, score):
    fine = {"prediction": T1, "target": T1}
    with refused(TypeError, name, "masked array"):
        score(**fine | {name: MASKED["target"]})
    with refused(ValueError, name, "expected one array"):
        score(**fine | {name: [[1], [1, 0]]})


@pytest.mark.parametrize("name", ["logits", "target"])
def test_tensors_that_are_not_dense_are_refused(name):
    ragged = tf.RaggedTensor.from_tensor(LAST[name][..., 0])
    sparse = tf.sparse.from_dense(LAST[name])
    for wrong, remedy in (
        (ragged, f"{name}.to_tensor()"),
        (sparse, f"tf.sparse.to_dense({name})"),
    ):
        given = LAST | {name: wrong}
        with refused(TypeError, name, remedy):
            segloss_lab.tensorflow.dice(**given)
        with refused(TypeError, name, remedy):
            segloss_lab.tensorflow.Loss("dice")(given["target"], given["logits"])
    fine = {key: torch.tensor(array) for key, array in FIRST.items()}
    nested = torch.nested.nested_tensor(list(fine[name]), layout=torch.jagged)
    for wrong in (fine[name].to_sparse(), nested):
        with refused(TypeError, name, "expected a dense one"):
            segloss_lab.torch.dice(**fine | {name: wrong})


@pytest.mark.parametrize("option", list(inspect.signature(reference.dice).parameters)[2:])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_mask_given_as_an_option_is_refused_in_one_line(option, backend):
    with refused((TypeError, ValueError), option):
        backend("dice", Z1, T1, **{option: np.zeros((1000, 1000))})
    if option != "class_weights":  # whose numbers are looked at one by one
        with refused((TypeError, ValueError), option):
            backend("dice", Z1, T1, **{option: [0.5] * 10**6})

"""What must hold for any shapes, dtypes and options, found by Hypothesis, on all backends."""

import numpy as np
from backends import EVALUATE_BY, PYTHON_BACKENDS
from hypothesis import given, settings
from hypothesis import strategies as st
from table import LOSSES, Row, options_of, takes

MODES = ["binary", "multilabel", "multiclass"]
REGION = {
    "smooth": st.sampled_from([1e-5, 0.5, 1.0, 100.0]),
    "eps": st.sampled_from([0.0, 1e-7, 2.0]),
    "over": st.sampled_from(["image", "batch", "global"]),
}
KEPT = {"classes": st.sampled_from(["all", "present", [0]])}
OVERLAP = {"intersection": st.sampled_from(["product", "min"])}
OPTIONS = {
    "cross_entropy": {"label_smoothing": st.floats(0, 1)},
    "focal": {"gamma": st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0])},
    "dice": {**REGION, **KEPT, "squared": st.booleans(), "log": st.booleans()},
    "jaccard": {**REGION, **KEPT, **OVERLAP, "log": st.booleans()},
    "tversky": {
        **REGION,
        **KEPT,
        **OVERLAP,
        "alpha": st.floats(0, 1),
        "beta": st.floats(0.1, 1),
        "gamma": st.sampled_from([0.75, 1.0, 4 / 3]),
    },
    "generalized_dice": {**REGION, **KEPT},
    "lovasz_hinge": {"over": st.sampled_from(["image", "batch"]), **KEPT},
    "lovasz_softmax": {"over": st.sampled_from(["image", "batch"]), **KEPT},
    "compound": {},
}
INTEGERS = ["bool", "uint8", "int8", "int16", "uint16", "int32", "int64"]


@st.composite
def calls(draw):
    """A call of any loss: mode, shape, dtype of the target, ignored pixels and options."""
    loss = draw(st.sampled_from(LOSSES))
    mode = draw(st.sampled_from([mode for mode in MODES if takes(loss, mode)]))
    channels = {"binary": 1, "multilabel": 2, "multiclass": 3}[mode]
    n, spatial = draw(st.integers(1, 3)), draw(st.lists(st.integers(1, 4), max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (n, *spatial) if mode == "multiclass" else (n, channels, *spatial)
    target = rng.integers(0, max(channels, 2) if mode == "multiclass" else 2, shape)
    kind = draw(st.sampled_from(INTEGERS))
    options = {name: draw(values) for name, values in OPTIONS[loss].items()}
    if kind != "bool" and draw(st.booleans()):
        target[rng.random(shape) < draw(st.sampled_from([0.2, 1.0]))] = 7
        options["ignore_index"] = 7
    logits = rng.uniform(-4, 4, (n, channels, *spatial))
    if draw(st.booleans()) and loss != "lovasz_softmax":
        logits = np.round(logits)  # ties, which the softmax would break by rounding alone
    return Row("", loss, logits, target.astype(kind), {**options_of(loss, mode), **options})


@settings(max_examples=300, deadline=None, derandomize=True)
@given(calls())
def test_all_backends_agree_and_keep_to_the_range(row):
    results = {name: EVALUATE_BY[name](row) for name in PYTHON_BACKENDS}
    value, gradient = results["reference"]
    assert gradient.shape == row.logits.shape
    assert np.isfinite(value) and np.isfinite(gradient).all()
    assert value >= -1e-12
    if row.loss in ("dice", "jaccard", "tversky", "generalized_dice", "lovasz_softmax"):
        assert row.options.get("log") or value <= 1 + 1e-12
    for name in ("torch", "tensorflow"):
        np.testing.assert_allclose(results[name][0], value, rtol=1e-9, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(results[name][1], gradient, rtol=1e-7, atol=1e-11, err_msg=name)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(calls(), st.integers(0, 1000))
def test_the_order_of_the_pixels_does_not_matter(row, seed):
    if np.ndim(row.logits) == 2 or np.array_equal(row.logits, np.round(row.logits)):
        return  # no pixels to order; or ties, whose order decides the subgradient
    spatial = row.logits.shape[2:]
    order = np.random.default_rng(seed).permutation(int(np.prod(spatial)))

    def shuffle(array, first):
        return array.reshape(*array.shape[:first], -1)[..., order].reshape(array.shape)

    first = row.target.ndim - len(spatial)
    shuffled = Row("", row.loss, shuffle(row.logits, 2), shuffle(row.target, first), row.options)
    value, gradient = EVALUATE_BY["reference"](row)
    other, moved = EVALUATE_BY["reference"](shuffled)
    np.testing.assert_allclose(other, value, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(moved, shuffle(gradient, 2), rtol=1e-8, atol=1e-13)

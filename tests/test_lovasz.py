"""The Lovász losses against their definition, with sets and permutations and nothing sorted."""

from itertools import permutations, product

import numpy as np
import pytest
from table import field_of, labels_of

from segloss_lab import reference


def jaccard_of_set(wrong, truth):
    """The Jaccard loss 1 - |intersection| / |union| when exactly the pixels of `wrong` are."""
    said = {j for j in range(len(truth)) if truth[j] != (j in wrong)}
    real = {j for j in range(len(truth)) if truth[j]}
    union = said | real
    return 1 - len(said & real) / len(union) if union else 0.0


def extension(errors, truth):
    """The Lovász extension of a submodular function: its largest value over all orders.

    For one order, each error is multiplied by what its pixel adds to the set function as it joins
    those before it (Bach, Learning with submodular functions, 2013, proposition 3.2).
    """

    def along(order):
        costs = [jaccard_of_set(set(order[:k]), truth) for k in range(len(order) + 1)]
        return sum(errors[j] * (costs[k + 1] - costs[k]) for k, j in enumerate(order))

    return max(along(order) for order in permutations(range(len(errors))))


TRUTHS = list(product([False, True], repeat=5))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda t: "".join("01"[x] for x in t))
def test_the_hinge_is_the_largest_over_all_orders(truth):
    signs = np.where(truth, 1.0, -1.0)
    for seed in range(3):
        logits = field_of(seed, 5)
        logits = np.round(logits) if seed == 2 else logits  # with ties
        expected = extension(np.maximum(1 - logits * signs, 0), truth)
        value, _ = reference.lovasz_hinge(logits[None, None], np.array(truth)[None, None])
        np.testing.assert_allclose(value, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_the_softmax_is_the_mean_over_its_classes(seed):
    logits, labels = field_of(seed, 1, 4, 6), labels_of(seed, 3, 1, 6)  # class 3 is absent
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    every = []
    for c in range(4):
        truth = labels[0] == c
        every.append(extension(np.where(truth, 1 - probs[0, c], probs[0, c]), truth))
    value, _ = reference.lovasz_softmax(logits, labels, classes="all")
    np.testing.assert_allclose(value, np.mean(every), atol=1e-12)
    present = [e for c, e in enumerate(every) if (labels == c).any()]
    value, _ = reference.lovasz_softmax(logits, labels)
    np.testing.assert_allclose(value, np.mean(present), atol=1e-12)


@pytest.mark.parametrize("truth", TRUTHS[::3], ids=lambda t: "".join("01"[x] for x in t))
def test_on_the_vertices_the_hinge_is_twice_the_set_function(truth):
    signs = np.where(truth, 1.0, -1.0)
    for wrong in product([False, True], repeat=5):
        logits = np.where(wrong, -signs, signs)
        value, _ = reference.lovasz_hinge(logits[None, None], np.array(truth)[None, None])
        expected = 2 * jaccard_of_set({j for j in range(5) if wrong[j]}, truth)
        np.testing.assert_allclose(value, expected, atol=1e-12)


@pytest.mark.parametrize("labels", list(product(range(3), repeat=3)), ids=str)
def test_on_the_vertices_the_softmax_is_the_mean_of_the_set_functions(labels):
    labels = np.array(labels)
    for said in product(range(3), repeat=3):
        said = np.array(said)
        hard = np.eye(3)[said].T[None]
        expected = np.mean(
            [
                jaccard_of_set(set(np.flatnonzero((said == c) != (labels == c))), labels == c)
                for c in range(3)
            ]
        )
        value, _ = reference.lovasz_softmax(hard, labels[None], from_logits=False, classes="all")
        np.testing.assert_allclose(value, expected, atol=1e-12)


def test_in_one_order_each_jump_is_the_difference_of_the_jaccard_losses():
    """Berman's definition: errors sorted, weights the differences of the cumulative loss."""
    logits, truth = field_of(7, 400), labels_of(8, 2, 400).astype(bool)
    errors = 1 - logits * np.where(truth, 1, -1)
    order = np.argsort(-errors)
    intersection = truth.sum() - np.cumsum(truth[order])
    union = truth.sum() + np.cumsum(~truth[order])
    weights = np.diff(1 - intersection / union, prepend=0)
    expected = np.zeros(400)
    expected[order] = np.where(errors[order] > 0, -np.where(truth[order], 1, -1) * weights, 0)
    value, gradient = reference.lovasz_hinge(logits[None, None], truth[None, None])
    np.testing.assert_allclose(value, np.maximum(errors[order], 0) @ weights, rtol=1e-12)
    np.testing.assert_allclose(gradient[0, 0], expected, atol=1e-14)

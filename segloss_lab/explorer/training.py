"""The explorer of a network with two knobs, and what each loss makes of it."""

import traitlets

from segloss_lab import plots, scenes
from segloss_lab.explorer._base import Amount, Between, Choice, Explorer, Share, Whole

_LOSSES = (
    "dice",
    "cross_entropy",
    "weighted",
    "focal",
    "tversky",
    "lovasz_hinge",
    "compound",
)


def _race(first: str) -> Choice:
    """Make a choice of a loss or none, one of them chosen."""
    return Choice(first, *(word for word in ("none", *_LOSSES) if word != first))


_ALONE = {"race_1": "none", "race_2": "none", "race_3": "none"}
_PLAIN = {
    **{"contrast": "faint", "empty": 0, "over": "image", "smooth": 1e-5, "eps": 0.0},
    **{"start_a": 1.0, "start_c": 0.0, "step": 400, "chart": "called"},
}
_PAIR = {**_PLAIN, **_ALONE, "loss": "dice", "race_1": "cross_entropy"}
_EMPTY = {**_PAIR, "empty": 3, "smooth": 1.0}
_RIDGE = {**_PLAIN, **_ALONE, "loss": "compound", "empty": 3, "start_a": 4.0, "start_c": 5.0}
_RANKED = {
    **{**_PLAIN, **_ALONE, "loss": "lovasz_hinge", "start_a": 2.0, "start_c": 1.0},
    "chart": "largest",
}
_DIAL = {**_PLAIN, **_ALONE, "loss": "tversky"}
_SHARES = {**_PLAIN, **_ALONE, "loss": "compound", "chart": "shares"}


class TrainingExplorer(Explorer):
    """What a loss makes of a network with two knobs, z = a (x - c), on a noisy picture.

    x is the grey of a pixel in standard deviations of the noise, c the brightness from which the
    network calls a pixel object, a how sure it is. Up to four losses start from the same knobs and
    descend by the same rule, Adam with rates 0.1 for a and 0.05 for c. The page shows the pictures
    with what each loss calls object, the landscape of one loss over the knobs with all paths, and
    how they get on step by step. The pictures are ``segloss_lab.data.two_knobs``. Every trait is
    two-way.

    Args:
        contrast: Of the object, ``"faint"`` (1.6 standard deviations of the noise), ``"hopeless"``
            (0.8) or ``"clear"`` (3).
        empty: Pictures without an object beside the one that has it, 0 to 8.
        loss: The loss whose landscape is shown: ``"dice"``, ``"cross_entropy"``, ``"weighted"``
            (cross-entropy with ``pos_weight``), ``"focal"``, ``"tversky"``, ``"lovasz_hinge"`` or
            ``"compound"`` (cross-entropy plus ``weight`` times Dice).
        race_1: A loss that descends beside it, or ``"none"``.
        race_2: Another, or ``"none"``.
        race_3: Another, or ``"none"``.
        over: The pixels that a region loss and the Lovász hinge take together, those of an
            ``"image"`` or of the ``"batch"``.
        smooth: Of Dice and Tversky; 0 or 1e-100 to 1e100.
        eps: Of Dice and Tversky; 0 or 1e-100 to 1e100.
        alpha: Weight of false positives in Tversky, 0 to 1.
        beta: Weight of misses in Tversky, 0 to 1.
        gamma: Exponent of the focal loss, 0 to 5.
        pos_weight: Weight of object pixels in the weighted cross-entropy, 1 to 100.
        weight: Of the Dice term in the compound, 0 to 10.
        start_a: Where a starts, 0 to 20.
        start_c: Where c starts, -2 to 7.
        step: Steps of descent, 0 to 400.
        chart: What is drawn against the step: ``"called"`` (pixels called object), ``"dice"``,
            ``"largest"`` (the largest probability), ``"loss"``, or ``"shares"`` (of the two terms
            of the compound in its pull on the object).

    Raises:
        traitlets.TraitError: A setting out of its range, at construction or later.

    Example:
        >>> TrainingExplorer(empty=3, smooth=1.0, over="batch")  # doctest: +SKIP
    """

    LESSONS = {
        "nothing": [
            ("a faint object", _PAIR),
            ("a clear object", {**_PAIR, "contrast": "clear"}),
        ],
        "empty": [
            ("one picture", {**_EMPTY, "empty": 0}),
            ("three empty ones beside it", _EMPTY),
            ("sums over all four", {**_EMPTY, "over": "batch"}),
        ],
        "ridge": [
            ("near start", {**_RIDGE, "start_a": 1.0, "start_c": 0.0}),
            ("beyond the ridge", _RIDGE),
            ("eps for smooth", {**_RIDGE, "smooth": 0.0, "eps": 1e-5}),
            ("sums over all four", {**_RIDGE, "over": "batch"}),
        ],
        "lovasz": [
            ("hopeless", {**_RANKED, "contrast": "hopeless"}),
            ("clear", {**_RANKED, "contrast": "clear"}),
        ],
        "tversky": [
            (".1 / .9", {**_DIAL, "alpha": 0.1, "beta": 0.9}),
            (".5 / .5", {**_DIAL, "alpha": 0.5, "beta": 0.5}),
            (".9 / .1", {**_DIAL, "alpha": 0.9, "beta": 0.1}),
        ],
        "shares": [
            ("weight .1", {**_SHARES, "weight": 0.1}),
            ("weight 1", {**_SHARES, "weight": 1.0}),
            ("weight 10", {**_SHARES, "weight": 10.0}),
        ],
    }

    kind = traitlets.Unicode("training", read_only=True).tag(sync=True)
    scene = traitlets.Dict(read_only=True).tag(sync=True)

    # The same first values as in front/explorers/training, which says why.
    contrast = Choice(*scenes.CONTRASTS)
    empty = Whole(0, 0, scenes.EMPTY)
    loss = Choice(*_LOSSES)
    race_1 = _race("cross_entropy")
    race_2 = _race("none")
    race_3 = _race("none")
    over = Choice("image", "batch")
    smooth = Amount(1e-5)
    eps = Amount(0.0)
    alpha = Share(0.3)
    beta = Share(0.7)
    gamma = Between(2.0, 0, 5)
    pos_weight = Between(20.0, 1, 100)
    weight = Between(1.0, 0, 10)
    start_a = Between(1.0, 0, 20)
    start_c = Between(0.0, -2, 7)
    step = Whole(400, 0, 400)
    chart = Choice("called", "dice", "largest", "loss", "shares")

    @traitlets.default("scene")
    def _handed_over(self):
        return scenes.handed_over()

    def __init__(self, **settings):
        super().__init__(**{"states": self.LESSONS["nothing"], **settings})

    @classmethod
    def lesson(cls, name: str, **settings) -> "TrainingExplorer":
        """Return an explorer with the buttons of one lesson, in the state of the first of them.

        Args:
            name: ``"nothing"`` (cross-entropy calls nothing, Dice the object and false alarms),
                ``"empty"`` (what pictures without an object teach Dice), ``"ridge"`` (where
                cross-entropy + Dice ends from afar), ``"lovasz"`` (the Lovász hinge gives up on a
                hopeless picture), ``"tversky"`` (a dial from recall to precision) or ``"shares"``
                (which term of a compound is heard).
            **settings: Any other trait, or another value of one.

        Raises:
            ValueError: For another name.
        """
        if name not in cls.LESSONS:
            raise ValueError(f"a lesson is one of {', '.join(cls.LESSONS)}, not {name!r}")
        states = cls.LESSONS[name]
        return cls(**{"states": states, **states[0][1], **settings})

    def _picture(self):
        return plots.training(self.state)

    def _description(self) -> str:
        scene = scenes.two_knobs(self.contrast, self.empty)
        without = f", beside {self.empty} without one" if self.empty else ""
        ends = []
        for loss in plots.losses_of_race(self.state):
            a, c, _ = plots.path_of_knobs(self.state, loss)[self.step]
            called = (scene.x > c) & (a > 0)
            found = int((called & scene.mask).sum())
            ends.append(
                f"{loss.replace('_', ' ')} calls {called.sum()} pixels, {found} of them true"
            )
        return (
            f"A noisy picture with an object of {scene.mask.sum()} pixels{without}, the "
            f"landscape of the {self.loss.replace('_', ' ')} loss over the two knobs, and the ways "
            f"down. After {self.step} steps {'; '.join(ends)}."
        )

"""Who takes part in a row: each one's forward and backward pass as a call, and the floor."""

import time
from collections.abc import Callable

import measure
import numpy as np
import rows
import torch
from rows import tf

import segloss_lab

OURS, COMPILED = "ours", "ours, compiled"
READ, WRITE = "floor: read", "floor: read and write the gradient"
SAME = rows.Peer("", None)  # ours computes what ours computes


def is_peer(name: str) -> bool:
    """Whether a contender is another library's."""
    return not name.startswith((OURS, "floor"))


def is_floor(name: str) -> bool:
    """Whether it is no loss at all."""
    return name in (READ, WRITE)


def torch_contenders(row: rows.Row) -> dict[str, tuple]:
    """Ours and the peers: (loss of logits and target, the row's peer)."""
    loss = segloss_lab.torch.Loss(row.loss, **row.options)
    unchecked = segloss_lab.torch.Loss(row.loss, **row.options, validate=False)
    found = {OURS: (loss, SAME), f"{OURS}, validate=False": (unchecked, SAME)}
    if row.compiled is not None:
        torch.compiler.reset()
        found[COMPILED] = (torch.compile(loss, fullgraph=True), SAME)
    return found | {peer.name: (_made(peer), peer) for peer in row.peers}


def _made(peer: rows.Peer) -> Callable:
    """The peer's loss; that of a library which is not here says so when it is called."""
    try:
        return peer.make()
    except ModuleNotFoundError as error:
        missing = error

    def refuse(*_):
        raise missing

    return refuse


def torch_steps(row: rows.Row, logits: np.ndarray, target: np.ndarray, clock) -> tuple[dict, int]:
    """What to time, by name: forward and backward, and the floor; and the number of inputs."""
    copies = clock.copies(2 * logits.nbytes)
    logits, target = (torch.tensor(a, device=clock.device) for a in (logits, target))
    z = [logits.clone().requires_grad_() for _ in range(copies)]
    t = [target.clone() for _ in range(copies)]
    gradient = torch.empty_like(z[0])

    def forward_and_backward(loss, peer):
        given = [peer.given(one) for one in t] if peer.given else t

        def step(k):
            value = loss(z[k], given[k])
            return value.detach(), torch.autograd.grad(value, z[k])[0]

        return step

    def read(k):
        with torch.no_grad():
            return z[k].sum() + t[k].sum()

    def write(k):
        with torch.no_grad():
            return torch.neg(z[k], out=gradient), t[k].sum()

    steps = {name: forward_and_backward(*one) for name, one in torch_contenders(row).items()}
    return steps | {READ: read, WRITE: write}, copies


def tensorflow_steps(row: rows.Row, logits: np.ndarray, target: np.ndarray, clock) -> tuple:
    """The same in TensorFlow, channels last: eager, as a graph, or compiled by XLA."""
    z = tf.constant(np.moveaxis(logits, 1, -1))
    t = tf.constant(np.moveaxis(target, 1, -1) if row.shape != "classes" else target)
    wrap = {"eager": lambda f: f, "graph": tf.function}
    wrap["XLA"] = lambda f: tf.function(f, jit_compile=True)

    def forward_and_backward(loss, peer):
        given = peer.given(t) if peer.given else t

        @wrap[row.framework]
        def both(target, logits):
            with tf.GradientTape() as tape:
                tape.watch(logits)
                probs = peer.activation(logits) if peer.activation else logits
                value = loss(target, probs)
            return value, tape.gradient(value, logits)

        return lambda k: both(given, z)

    loss = segloss_lab.tensorflow.Loss(row.loss, **row.options)
    losses = {OURS: (loss, SAME)}
    losses |= {peer.name: (_made(peer), peer) for peer in row.peers}
    steps = {name: forward_and_backward(*one) for name, one in losses.items()}
    steps[READ] = lambda k: (tf.reduce_sum(z), tf.reduce_sum(t))
    steps[WRITE] = lambda k: (tf.negative(z), tf.reduce_sum(t))
    return steps, 1


def admit(row: rows.Row, steps: dict[str, Callable]) -> tuple[dict, dict, dict]:
    """Call each step once: (steps that compute the same, seconds that took, why others do not)."""
    admitted, seconds, refused, ours = {}, {}, {}, None
    scales = {peer.name: (peer.factor, peer.offset) for peer in row.peers}
    for name, step in steps.items():
        begun = time.perf_counter()
        try:
            answer = step(0)
        except Exception as error:  # what cannot do it is named, and the others go on
            refused[name] = f"{type(error).__name__}: {str(error).strip().splitlines()[0][:160]}"
            continue
        seconds[name] = time.perf_counter() - begun
        if not is_floor(name):
            answer = tuple(_numpy(one) for one in answer)
            ours = answer if name == OURS else ours
            why = measure.unlike(answer, ours, *scales.get(name, ())) if ours else "nothing is ours"
            if why:
                refused[name] = why
                continue
        admitted[name] = step
    return admitted, seconds, refused


def _numpy(tensor) -> np.ndarray:
    return tensor.cpu().numpy() if isinstance(tensor, torch.Tensor) else tensor.numpy()

"""Print what each backend answers to the mistakes that people make: `make misuse`."""

from table import LOSSES, options_of, takes
from test_misuse import ARRAYS, BACKENDS, OPTIONS, T1, Z1


def answer(backend, loss, logits, target, options) -> str:
    """The refusal in one line, or the value that came back."""
    try:
        value = backend(loss, logits, target, **options)
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return f"ANSWERED {value}"


def show(what: str, loss: str, logits, target, options: dict) -> None:
    """One mistake, and each different answer with the backends that give it."""
    answers = {}
    for backend in BACKENDS:
        name = backend.__name__.removeprefix("by_")
        answers.setdefault(answer(backend, loss, logits, target, options), []).append(name)
    print(f"{what} ({loss})")
    for text, names in answers.items():
        print(f"    {', '.join(names)}: {text}")


def main() -> None:
    """Every wrong array with the first loss that takes its mode, then every wrong option."""
    for what, logits, target, options, _, _ in ARRAYS:
        mode = options.get("mode", "binary")
        loss = next(loss for loss in ("dice", *LOSSES) if takes(loss, mode))
        show(what, loss, logits, target, {**options_of(loss, mode), **options})
    for loss, options, _, _ in OPTIONS:
        show(str(options), loss, Z1, T1, options)


if __name__ == "__main__":
    main()

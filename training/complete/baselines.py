"""What a language model must beat: n-gram models with Kneser-Ney smoothing, on the same subwords."""

from __future__ import annotations

from collections.abc import Sequence

from training.complete.kneser_ney import KneserNey
from training.complete.metrics import scores

ORDERS = (3, 5)


def compared(
    train: Sequence[Sequence[int]], test: Sequence[Sequence[int]], texts: Sequence[str], vocabulary: int
) -> dict[str, dict[str, float]]:
    """The scores of each baseline by its name.

    Args:
        train, test: subwords of each text.
        texts: of `test`.
        vocabulary: subwords that there are.
    """
    return {
        f"Kneser-Ney, {order}-grams": scores(texts, KneserNey(train, vocabulary, order).surprisal(test))
        for order in ORDERS
    }

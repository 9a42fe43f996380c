"""Documents one behind the other, cut into rows whose state goes on from batch to batch."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt

from seqserve.complete.subwords import END
from training.core.batches import Tokens

Floats = npt.NDArray[np.float32]
Batch = tuple[tuple[Tokens, Floats, Tokens, Tokens, Floats], Floats]


class Sampler:
    """Draws different tokens that stand for all of them, a frequent one more often.

    The first of a systematic sample is drawn at random, so that each token is in it with just the probability of its
    share. Divided by these, a sum over a sample is right on average over all tokens.

    Args:
        tokens: to count (T,).
        vocabulary: V.
        size: of a sample; 0 draws nothing.

    Attributes:
        shares: of each token (V,).

    Reference:
        Horvitz and Thompson, A Generalization of Sampling Without Replacement, JASA 1952; Bengio and Senecal, Quick
        Training of Probabilistic Neural Nets by Importance Sampling, AISTATS 2003.
    """

    def __init__(self, tokens: Tokens, vocabulary: int, size: int) -> None:
        self.size = min(size, vocabulary)
        wanted = np.bincount(tokens, minlength=vocabulary) ** 0.75 + 1.0
        self.shares = np.minimum(1.0, wanted * self.size / wanted.sum())
        while self.shares.sum() < self.size - 1e-6:  # what some have above 1 goes to the others
            rest = self.shares < 1
            room = self.size - (~rest).sum()
            self.shares[rest] = np.minimum(1.0, wanted[rest] * room / wanted[rest].sum())

    def draw(self, random: np.random.Generator) -> Tokens:
        """Tokens (S,)."""
        if not self.size:
            return np.zeros(0, dtype=np.int32)
        order = random.permutation(len(self.shares))
        places = np.searchsorted(np.cumsum(self.shares[order]), np.arange(self.size) + random.random())
        drawn: Tokens = order[places.clip(max=len(order) - 1)].astype(np.int32)
        return drawn


class Stream(keras.utils.PyDataset):
    """Batches of truncated back-propagation through time, which must be read in order.

    A batch is the tokens (N, T), whether each row's state goes on (N, 1), the tokens that follow (N, T), and for each
    row the same samples (N, S) with their shares (N, S); its targets are of no use. A state goes on but where a row
    begins with a new document, so that the network knows the state that a text begins with.

    Args:
        documents: tokens of each.
        rows: N; of a short stream they repeat.
        steps: T.
        vocabulary, samples: see `Sampler`.
        shuffle: documents in another order every epoch.

    Reference:
        Williams and Peng, An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories,
        Neural Computation 1990.
    """

    def __init__(
        self,
        documents: Sequence[Sequence[int]],
        rows: int,
        steps: int,
        vocabulary: int,
        samples: int = 0,
        *,
        shuffle: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._documents = [np.array([END, *document], dtype=np.int32) for document in documents]
        self._rows, self._steps, self._shuffle = rows, steps, shuffle
        self._random = np.random.default_rng(seed)
        self._sampler = Sampler(np.concatenate(self._documents), vocabulary, samples)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        order = self._random.permutation(len(self._documents)) if self._shuffle else range(len(self._documents))
        stream = np.concatenate([*(self._documents[index] for index in order), [np.int32(END)]])
        self._batches = max(1, (len(stream) - 1) // (self._rows * self._steps))
        width = self._batches * self._steps
        self._x = np.resize(stream[:-1], (self._rows, width))
        self._y = np.resize(stream[1:], (self._rows, width))

    def __len__(self) -> int:
        return self._batches

    def __getitem__(self, index: int) -> Batch:
        columns = slice(index * self._steps, (index + 1) * self._steps)
        x, y = self._x[:, columns], self._y[:, columns]
        goes_on = (x[:, :1] != END) & (index > 0)
        drawn = self._sampler.draw(self._random)
        samples, shares = (np.tile(row, (len(x), 1)) for row in (drawn, self._sampler.shares[drawn]))
        inputs = (x, goes_on.astype(np.float32), y, samples, shares.astype(np.float32))
        return inputs, np.zeros(len(x), dtype=np.float32)

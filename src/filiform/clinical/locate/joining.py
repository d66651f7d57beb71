"""Joining two tables over places that both hold open: a place is reached when it was reached in either.

For one shared place, with (off, on) in each table, the result is off = a.off b.off and on = a.on (b.off + b.on) +
a.off b.on: three positive products. For k places that is 3 to the k products of their parts, here the first of them by
expanding the tables threefold, the last `LEAF` by one matrix that does the same (4 to the k products, but at the speed
of a matrix product). The usual way, sums over subsets and differences back, has only 2 to the k, and loses all
precision where what was drawn is improbable: that is what is avoided.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
LEAF = 4  # shared places that one matrix joins; more cost more products, fewer more calls (measured)


# From the two states of a place, off and on, in the one table and in the other, to the three products; and from these
# to the two states of the result: off * off, on * (off + on), off * on.
ONE = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
OTHER = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
RESULT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])


@functools.cache
def _together(ways: int) -> Array:
    """1 where the bits of a and of b together are those of o: shape (b, o * a)."""
    bits = np.arange(ways)
    meets = (bits[:, None, None] | bits[None, None, :]) == bits[None, :, None]
    matrix: Array = meets.astype(np.float64).reshape(ways, -1)
    return matrix


@dataclass(frozen=True, slots=True)
class Join:
    """Two tables ready to be joined: big is (ways, rest), small is (ways, extra), with the shared places in `ways`.

    The first `ahead` of the shared places are done threefold, the others, at most LEAF, by one matrix. `wide` is big
    threefold, (many, leaf, rest); `acting` is small as the matrices that act on it, (many, extra * leaf, leaf).
    """

    ahead: int
    wide: Array
    acting: Array

    def result(self) -> Array:
        """Of big[a, r] * small[b, e] the sum over all a and b whose bits together are o, as (ahead o, e, leaf o, r)."""
        return _each(RESULT, self.ahead, self.acting @ self.wide)

    def back(self, slope: Array) -> tuple[Array, Array]:
        """The slopes of big and of small when `slope` is that of the result."""
        many, rows, leaf = self.acting.shape
        outer = _each(RESULT.T, self.ahead, slope).reshape(many, rows, -1)
        to_big = _each(ONE.T, self.ahead, self.acting.transpose(0, 2, 1) @ outer)
        acted = (outer @ self.wide.transpose(0, 2, 1)).reshape(many, -1, leaf * leaf)
        to_small = (acted @ _together(leaf).T).transpose(0, 2, 1)
        return to_big, _each(OTHER.T, self.ahead, to_small)


def join(big: Array, small: Array) -> Join:
    """Make two tables ready to be joined."""
    extra = small.shape[1]
    ahead = max(0, len(big).bit_length() - 1 - LEAF)
    many, leaf = 3**ahead, len(big) >> ahead
    wide = _each(ONE, ahead, big).reshape(many, leaf, -1)
    kept = _each(OTHER, ahead, small).reshape(many, leaf, extra).transpose(0, 2, 1)
    return Join(ahead, wide, (kept @ _together(leaf)).reshape(many, extra * leaf, leaf))


def _each(matrix: Array, axes: int, cells: Array) -> Array:
    """`matrix` acting on each of the first `axes` axes of `cells`, one after the other."""
    done = 1
    for _ in range(axes):
        cells = matrix @ cells.reshape(done, matrix.shape[1], -1)
        done *= len(matrix)
    return cells

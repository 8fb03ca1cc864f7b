"""Group texts of like length, so that little padding is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

# What a call of the encoder costs beside its tokens, in tokens: on a CPU its
# weights are read and their gradients added up, elsewhere kernels are started.
CALL_TOKENS = {'cpu': 64}
CALL_TOKENS_ELSEWHERE = 2048


def length_buckets(lengths: Sequence[int],
                   call_tokens: int) -> list[list[int]]:
    """Cut texts, sorted by length, where that costs least.

    A bucket costs its texts times its longest one, and ``call_tokens``.

    Args:
        lengths (Sequence[int]): N numbers of tokens.
        call_tokens (int): What another bucket costs, in tokens.

    Returns:
        list[list[int]]: Indices of the texts of each bucket, all of them
        once, from the shortest to the longest.

    Examples:
        >>> length_buckets([9, 2, 3, 9, 2], call_tokens=3)
        [[1, 4, 2], [0, 3]]
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    # Only between texts of different lengths a cut can gain.
    ends, costs, starts = [0], [0], [0]
    for length, count in sorted(Counter(lengths).items()):
        end = ends[-1] + count
        cost, start = min(
            (costs[index] + length * (end - ends[index]) + call_tokens, index)
            for index in range(len(ends)))
        ends.append(end)
        costs.append(cost)
        starts.append(start)
    buckets = []
    last = len(ends) - 1
    while last > 0:
        buckets.append(order[ends[starts[last]]:ends[last]])
        last = starts[last]
    return buckets[::-1]

from itertools import chain, combinations

import numpy as np
import pytest

from cra_plugin.models.text_encoders.length_buckets import length_buckets


def cost_of(lengths, buckets, call_tokens):
    return sum(call_tokens + len(rows) * max(lengths[row] for row in rows)
               for rows in buckets)


def cheapest(lengths, call_tokens):
    """The least cost of all ways to cut the sorted texts."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    places = range(1, len(order))
    return min(cost_of(lengths, [
        order[start:end] for start, end in zip((0, *cuts),
                                               (*cuts, len(order)))],
        call_tokens) for number in range(len(order))
        for cuts in combinations(places, number))


@pytest.mark.parametrize('call_tokens', [0, 1, 5, 1000])
@pytest.mark.parametrize('seed', range(3))
def test_no_other_cut_costs_less(seed, call_tokens):
    lengths = np.random.default_rng(seed).integers(1, 9, 9).tolist()
    buckets = length_buckets(lengths, call_tokens)
    assert sorted(chain.from_iterable(buckets)) == list(range(9))
    assert cost_of(lengths, buckets, call_tokens) == cheapest(
        lengths, call_tokens)
    if call_tokens in (0, 1000):
        assert len(buckets) == (1 if call_tokens else len(set(lengths)))

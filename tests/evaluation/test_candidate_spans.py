"""Spans of questions without padding, against lists of lists."""

import numpy as np
import pytest

from cra_plugin.evaluation import candidate_spans
from cra_plugin.evaluation.candidate_spans import CandidateSpans


@pytest.fixture
def random_candidates():
    """Lists of spans and confidences, and the same as an object."""

    def make(seed, size=60, most=6):
        rng = np.random.default_rng(seed)
        lists = [[(*sorted(map(float, rng.integers(0, 20, 2))),
                   float(rng.integers(0, 4)))
                  for _ in range(rng.integers(0, most))]
                 for _ in range(size)]
        for index in range(0, size, 4):
            lists[index] = [(*each[:2], np.nan) for each in lists[index]]
        flat = np.array([each for spans in lists for each in spans])
        return lists, CandidateSpans(
            flat[:, :2], np.array([len(spans) for spans in lists]),
            flat[:, 2], rng.random(size) < .5)

    return make


def as_lists(candidates):
    rows = np.split(candidates.spans, np.cumsum(candidates.counts)[:-1])
    return [[tuple(span) for span in each.tolist()] for each in rows]


def merge(spans):
    """The seconds that are covered, one span after another."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@pytest.mark.parametrize('seed', range(3))
def test_against_lists(seed, random_candidates):
    lists, candidates = random_candidates(seed)
    spans = [[each[:2] for each in row] for row in lists]
    chosen = candidates.segments
    assert as_lists(candidates) == spans
    assert as_lists(candidates.first(2)) == [row[:2] for row in spans]
    assert as_lists(candidates.first(1, chosen)) == [
        row[:1] if yes else row for row, yes in zip(spans, chosen)]
    assert as_lists(candidates.merged()) == list(map(merge, spans))
    assert as_lists(candidates.merged(chosen)) == [
        merge(row) if yes else row for row, yes in zip(spans, chosen)]
    assert as_lists(candidates.by_confidence()) == [
        [each[:2] for each in (
            row if index % 4 == 0 else sorted(row, key=lambda x: -x[2]))]
        for index, row in enumerate(lists)]


def test_arrays_hold_the_same(random_candidates):
    lists, candidates = random_candidates(7)
    again = CandidateSpans.from_array(candidates.as_array())
    assert as_lists(again) == as_lists(candidates)
    for row, hull in zip(lists, candidates.hulls()):
        expected = ([min(each[0] for each in row), max(each[1] for each in
                                                       row)]
                    if row else [np.nan] * 2)
        np.testing.assert_equal(hull, expected)
    empty = CandidateSpans.from_array(np.full((3, 2), np.nan))
    assert np.isnan(empty.merged().as_array()).all()
    assert np.isnan(empty.hulls()).all()


def test_blocks_are_bounded_and_whole(random_candidates, monkeypatch):
    monkeypatch.setattr(candidate_spans, 'BLOCK', 12)
    _, candidates = random_candidates(8)
    seen = {}
    for rows, spans in candidates.blocks(2):
        assert spans.shape[0] == 1 or spans.size <= 12
        seen.update(zip(rows.tolist(), map(np.ndarray.tolist, spans)))
    assert seen == {row: list(map(list, spans)) for row, spans in enumerate(
        as_lists(candidates)) if spans}

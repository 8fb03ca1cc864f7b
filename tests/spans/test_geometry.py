import numpy as np
import pytest

from cra_plugin.spans.geometry import (
    best_overlaps,
    span_hulls,
    span_intersection,
    span_iop,
    span_iou,
    span_length,
    union_iou,
    union_overlaps,
)


@pytest.mark.parametrize('first, second, length, iop, iou', [
    ((0, 4), (2, 6), 2, 0.5, 1 / 3),
    ((2, 4), (0, 8), 2, 1, 0.25),
    ((0, 8), (2, 4), 2, 0.25, 0.25),
    ((0, 2), (2, 4), 0, 0, 0),
    ((0, 1), (3, 4), 0, 0, 0),
    ((3, 3), (2, 4), 0, 1, 0),
    ((4, 4), (2, 4), 0, 1, 0),
    ((5, 5), (2, 4), 0, 0, 0),
    ((3, 3), (3, 3), 0, 1, 0),
])
def test_hand_computed_overlaps(first, second, length, iop, iou):
    first, second = np.array(first, float), np.array(second, float)
    assert span_intersection(first, second) == length
    assert span_iop(first, second) == iop
    assert span_iou(first, second) == pytest.approx(iou)


def test_functions_broadcast():
    spans = np.random.default_rng(0).random((3, 1, 2)).cumsum(-1)
    others = np.random.default_rng(1).random((4, 2)).cumsum(-1)
    for function in (span_intersection, span_iop, span_iou):
        values = function(spans, others)
        assert values.shape == (3, 4)
        assert values[2, 1] == function(spans[2, 0], others[1])
    assert span_length(spans).shape == (3, 1)


def test_properties_on_random_spans():
    rng = np.random.default_rng(2)
    first, second = np.sort(rng.random((2, 500, 2)) * 9, -1)
    iou, iop = span_iou(first, second), span_iop(first, second)
    assert ((iou >= 0) & (iou <= iop + 1e-12) & (iop <= 1)).all()
    np.testing.assert_allclose(iou, span_iou(second, first))
    np.testing.assert_allclose(span_iou(first, first), 1)
    moved = span_iou(first + 3, second + 3)
    np.testing.assert_allclose(iou, moved, atol=1e-12)


def slow_overlaps(predicted, truths):
    start, end = predicted
    iop = iou = 0.0
    for a, b in truths:
        common = max(0.0, min(end, b) - max(start, a))
        union = (end - start) + (b - a) - common
        iou = max(iou, common / union if union else 0.0)
        if end > start:
            iop = max(iop, common / (end - start))
        else:
            iop = max(iop, float(a <= start <= b))
    return iop, iou


def test_best_overlaps_equal_a_slow_loop():
    rng = np.random.default_rng(3)
    # Whole seconds, so that points and touching spans occur.
    predicted = np.sort(rng.integers(0, 9, (400, 2)), -1).astype(float)
    truth = np.sort(rng.integers(0, 9, (400, 3, 2)), -1).astype(float)
    counts = rng.integers(0, 4, 400)
    mask = np.arange(3) < counts[:, None]
    iop, iou = best_overlaps(predicted, truth, mask)
    expected = [slow_overlaps(p, t[:n].tolist())
                for p, t, n in zip(predicted.tolist(), truth, counts)]
    np.testing.assert_allclose(np.stack([iop, iou], 1), expected)


def test_the_best_iop_and_iou_may_come_from_different_spans():
    truth = np.array([[[0, 20], [0, 6]]], float)
    iop, iou = best_overlaps(np.array([[4., 8.]]), truth,
                             np.ones((1, 2), bool))
    assert iop[0] == 1
    assert iou[0] == pytest.approx(0.25)


@pytest.mark.parametrize('seed', range(3))
def test_one_span_is_a_union_too(seed):
    rng = np.random.default_rng(seed)
    predicted, other = np.sort(rng.integers(0, 9, (2, 200, 2)), -1) * 1.
    truth = np.sort(rng.integers(0, 9, (200, 3, 2)), -1) * 1.
    mask = rng.random((200, 3)) < .7
    padding = np.full((200, 2, 2), np.nan)
    union = np.concatenate([predicted[:, None], padding], 1)
    np.testing.assert_allclose(union_overlaps(union, truth, mask),
                               best_overlaps(predicted, truth, mask))
    np.testing.assert_allclose(
        union_iou(union, np.concatenate([padding, other[:, None]], 1)),
        span_iou(predicted, other))
    assert (span_hulls(union) == predicted).all()


@pytest.mark.parametrize('seed', range(3))
def test_unions_equal_whole_seconds_that_are_counted(seed):
    rng = np.random.default_rng(seed)
    for _ in range(50):
        inside = rng.random((2, 12)) < .5
        unions = [_runs(row) for row in inside]
        truth = np.sort(rng.choice(13, 2, replace=False))
        seconds = (np.arange(12) >= truth[0]) & (np.arange(12) < truth[1])
        iop, iou = union_overlaps(unions[0][None], truth[None, None] * 1.,
                                  np.ones((1, 1), bool))
        common = (inside[0] & seconds).sum()
        assert iop[0] == pytest.approx(common / max(1, inside[0].sum()))
        assert iou[0] == pytest.approx(common / (inside[0] | seconds).sum())
        assert union_iou(unions[0][None], unions[1][None])[0] == pytest.approx(
            (inside[0] & inside[1]).sum() / max(1, (inside[0] | inside[1]
                                                    ).sum()))


def _runs(seconds):
    """The spans (6, 2) of the runs in a row of seconds, NaN at padding."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seconds, [0]])))
    runs = np.full((6, 2), np.nan)
    runs[:len(edges) // 2] = edges.reshape(-1, 2)
    return runs


def test_unions_of_points_and_of_nothing():
    nan = np.nan
    predicted = np.array([[[2., 2.], [8., 8.]], [[2., 2.], [5., 9.]],
                          [[nan, nan], [nan, nan]]])
    truth = np.array([[[1., 4.]]] * 3)
    iop, iou = union_overlaps(predicted, truth, np.ones((3, 1), bool))
    assert iop.tolist() == [1, 0, 0] and iou.tolist() == [0, 0, 0]
    assert np.isnan(span_hulls(predicted)[2]).all()

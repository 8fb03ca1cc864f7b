import numpy as np
import pytest

from cra_plugin.spans.geometry import (
    best_overlaps,
    span_intersection,
    span_iop,
    span_iou,
    span_length,
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

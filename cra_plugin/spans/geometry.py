"""Geometry of spans on the time line.

A span is an array (..., 2) of start and end, in seconds or in fractions of
the duration, with start <= end. All functions broadcast.
"""

from __future__ import annotations

import numpy as np


def span_length(spans: np.ndarray) -> np.ndarray:
    """Length of spans.

    Args:
        spans (np.ndarray): (..., 2) spans.

    Returns:
        np.ndarray: (...) lengths in the unit of the spans.
    """
    lengths: np.ndarray = spans[..., 1] - spans[..., 0]
    return lengths


def span_intersection(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Length that two spans have in common.

    Args:
        first (np.ndarray): (..., 2) spans.
        second (np.ndarray): (..., 2) spans.

    Returns:
        np.ndarray: (...) lengths, 0 where the spans are apart.
    """
    end = np.minimum(first[..., 1], second[..., 1])
    start = np.maximum(first[..., 0], second[..., 0])
    overlaps: np.ndarray = np.maximum(end - start, 0)
    return overlaps


def span_iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union.

    Args:
        first (np.ndarray): (..., 2) spans.
        second (np.ndarray): (..., 2) spans.

    Returns:
        np.ndarray: (...) values in [0, 1]; 0 where either is a point.

    Examples:
        >>> span_iou(np.array([0., 4.]), np.array([2., 6.])).round(3).item()
        0.333
    """
    intersection = span_intersection(first, second)
    # Where the spans meet, their hull is their union.
    hull = np.maximum(first[..., 1], second[..., 1]) - np.minimum(
        first[..., 0], second[..., 0])
    return _divide(intersection, hull)


def span_iop(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Intersection over prediction (NExT-GQA, arXiv 2309.01327).

    Args:
        predicted (np.ndarray): (..., 2) predicted spans.
        truth (np.ndarray): (..., 2) ground-truth spans.

    Returns:
        np.ndarray: (...) values in [0, 1]; for a predicted point 1 if it
        lies in the truth and 0 otherwise.

    Examples:
        >>> span_iop(np.array([0., 4.]), np.array([3., 9.])).item()
        0.25
    """
    intersection = span_intersection(predicted, truth)
    length = span_length(predicted)
    inside = ((truth[..., 0] <= predicted[..., 0])
              & (predicted[..., 0] <= truth[..., 1]))
    return np.where(length > 0, _divide(intersection, length), inside)


def best_overlaps(predicted: np.ndarray, truth: np.ndarray,
                  mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """IoP and IoU against several ground-truth spans: the best of each.

    Args:
        predicted (np.ndarray): (N, 2) predicted spans.
        truth (np.ndarray): (N, G, 2) ground-truth spans.
        mask (np.ndarray): (N, G) bool, False at padding.

    Returns:
        tuple[np.ndarray, np.ndarray]: (N,) IoP and (N,) IoU, which may be
        reached by different spans; 0 where there is no ground truth.
    """
    predicted = predicted[:, None]
    iop = np.where(mask, span_iop(predicted, truth), 0)
    iou = np.where(mask, span_iou(predicted, truth), 0)
    return iop.max(1, initial=0), iou.max(1, initial=0)


def union_overlaps(predicted: np.ndarray, truth: np.ndarray,
                   mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of predictions that are several spans together.

    Args:
        predicted (np.ndarray): (N, S, 2) spans that do not overlap, NaN at
            padding.
        truth (np.ndarray): (N, G, 2) ground-truth spans.
        mask (np.ndarray): (N, G) bool, False at padding.

    Returns:
        tuple[np.ndarray, np.ndarray]: (N,) IoP and (N,) IoU, as
        :func:`best_overlaps`.
    """
    common = np.nansum(
        span_intersection(predicted[:, :, None], truth[:, None]), 1)
    length = np.nansum(span_length(predicted), 1)[:, None]
    # Of points alone, as far as they lie in the truth.
    points = np.nanmax(span_iop(predicted[:, :, None], truth[:, None]), 1,
                       initial=0)
    iop = np.where(length > 0, _divide(common, length), points)
    iou = _divide(common, length + span_length(truth) - common)
    return (np.where(mask, iop, 0).max(1, initial=0),
            np.where(mask, iou, 0).max(1, initial=0))


def union_iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of several spans together.

    Args:
        first (np.ndarray): (N, S, 2) spans that do not overlap, NaN at
            padding.
        second (np.ndarray): (N, S, 2) spans of the same kind.

    Returns:
        np.ndarray: (N,) values in [0, 1].
    """
    common = np.nansum(
        span_intersection(first[:, :, None], second[:, None]), (1, 2))
    lengths = (np.nansum(span_length(spans), 1) for spans in (first, second))
    return _divide(common, sum(lengths) - common)


def clip_spans(spans: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Cut off what lies outside of the video.

    Args:
        spans (np.ndarray): (N, 2) spans.
        durations (np.ndarray): (N,) durations.

    Returns:
        np.ndarray: (N, 2) spans in [0, duration].
    """
    inside: np.ndarray = np.clip(spans, 0, np.asarray(durations)[:, None])
    return inside


def span_hulls(spans: np.ndarray) -> np.ndarray:
    """From the start of the first to the end of the last of some spans.

    Args:
        spans (np.ndarray): (N, S, 2) spans, NaN at padding, or (N, 2).

    Returns:
        np.ndarray: (N, 2) spans, NaN where all are.
    """
    if spans.ndim == 2:
        return spans
    # These leave NaN out and do not warn of it.
    return np.stack([np.fmin.reduce(spans[..., 0], 1),
                     np.fmax.reduce(spans[..., 1], 1)], -1)


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the denominator is 0."""
    positive = denominator > 0
    return np.where(positive, numerator, 0) / np.where(positive, denominator,
                                                       1)

"""Write logits and frame weights into data samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import Tensor

from cra_plugin.spans.frame_sampling import resample_frame_times
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import Span

Decoders = Mapping[str, Callable[..., Any]]


def write_predictions(
        samples: list[VideoQGDataSample], logits: Tensor, weights: Tensor,
        mask: Tensor, decoders: Decoders) -> list[VideoQGDataSample]:
    """Write answer, scores, frame weights and spans into the samples.

    Without choices there are only weights and spans. Where every candidate
    has weights, those of the chosen one count, and ``candidate_weights``
    (M, T) and ``candidate_spans`` (decoder name to M spans) have all.

    Args:
        samples (list[VideoQGDataSample]): B samples with ``frame_times``
            and, where it is known, ``duration``. Where a video encoder made
            another number of steps than there were frames, the times are
            replaced by those of the steps.
        logits (Tensor): (B, M).
        weights (Tensor): (B, T), distribution over the real frames, or (B,
            M, T), one per candidate.
        mask (Tensor): (B, T), True where real.
        decoders (Mapping[str, Callable]): Decoder name to decoder, which
            takes arrays of weights (B, T), times (B, T), durations (B,) and
            what is real (B, T), and gives spans (B, 2).

    Returns:
        list[VideoQGDataSample]: The same samples.
    """
    scores = logits.float().softmax(dim=-1).cpu()
    answers = logits.argmax(dim=-1).tolist()
    mask = mask.cpu()
    times, durations = _times_of(samples, mask)
    # One query for all is one row, and every candidate has one otherwise.
    every = weights.detach().float().cpu().view(len(samples), -1,
                                                mask.shape[1])
    spans = _decode(decoders, every, times, durations, mask)
    for row, sample in enumerate(samples):
        chosen = answers[row] if every.shape[1] > 1 else 0
        if sample.choices:
            sample.pred_answer = answers[row]
            sample.pred_scores = scores[row]
        own = every[row][:, mask[row]]
        sample.frame_weights = own[chosen]
        sample.pred_span = {name: each[row][chosen]
                            for name, each in spans.items()}
        if weights.ndim == 3:
            sample.candidate_weights = own
            sample.candidate_spans = {name: each[row]
                                      for name, each in spans.items()}
    return samples


def _times_of(samples: list[VideoQGDataSample],
              mask: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Times (B, T) of the steps, and durations (B,)."""
    times = np.zeros(mask.shape)
    durations = np.empty(len(samples))
    for row, sample in enumerate(samples):
        steps = int(mask[row].sum())
        if len(sample.frame_times) != steps:
            sample.set_metainfo({'frame_times': resample_frame_times(
                sample.frame_times, steps)})
        frames = np.asarray(sample.frame_times)
        times[row, :steps] = frames
        # Without a duration the frame times are fractions of the video.
        durations[row] = sample.duration or max(1.0, float(frames[-1]))
    return times, durations


def _decode(decoders: Decoders, weights: Tensor, times: np.ndarray,
            durations: np.ndarray,
            mask: Tensor) -> dict[str, list[list[Span]]]:
    """Decode the spans of all rows of weights (B, R, T)."""
    batch, rows, _ = weights.shape
    arrays = (weights.flatten(0, 1).numpy(), times.repeat(rows, axis=0),
              durations.repeat(rows), mask.numpy().repeat(rows, axis=0))
    return {
        name: [[(start, end) for start, end in each]
               for each in decoder(*arrays).reshape(batch, rows, 2).tolist()]
        for name, decoder in decoders.items()}

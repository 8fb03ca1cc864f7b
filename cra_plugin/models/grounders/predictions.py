"""Write logits and frame weights into data samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import Tensor

from cra_plugin.spans.frame_sampling import resample_frame_times
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


def write_predictions(
        samples: list[VideoQGDataSample], logits: Tensor, weights: Tensor,
        mask: Tensor,
        decoders: Mapping[str, Callable[..., Any]]) -> list[VideoQGDataSample]:
    """Write answer, scores, frame weights and spans into the samples.

    Without choices there are only weights and spans.

    Args:
        samples (list[VideoQGDataSample]): B samples with ``frame_times``
            and, where it is known, ``duration``. Where a video encoder made
            another number of steps than there were frames, the times are
            replaced by those of the steps.
        logits (Tensor): (B, M).
        weights (Tensor): (B, T), distribution over the real frames.
        mask (Tensor): (B, T), True where real.
        decoders (Mapping[str, Callable]): Decoder name to decoder, which
            takes arrays of weights (B, T), times (B, T), durations (B,) and
            what is real (B, T), and gives spans (B, 2).

    Returns:
        list[VideoQGDataSample]: The same samples.
    """
    scores = logits.float().softmax(dim=-1).cpu()
    answers = logits.argmax(dim=-1).tolist()
    weights, mask = weights.detach().float().cpu(), mask.cpu()
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
    arrays = weights.numpy(), times, durations, mask.numpy()
    spans = {name: decoder(*arrays).tolist()
             for name, decoder in decoders.items()}
    for row, sample in enumerate(samples):
        if sample.choices:
            sample.pred_answer = answers[row]
            sample.pred_scores = scores[row]
        sample.frame_weights = weights[row][mask[row]]
        sample.pred_span = {
            name: tuple(each[row]) for name, each in spans.items()
        }
    return samples

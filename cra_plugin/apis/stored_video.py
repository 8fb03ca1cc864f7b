"""A video of which there are features and nothing else."""

from __future__ import annotations

from pathlib import Path

from cra_plugin.apis.encoded_video import EncodedVideo
from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.datasets.features.feature_store import FeatureStore


def encode_stored_video(inferencer: GroundingInferencer, path: str | Path,
                        video_id: str,
                        duration: float | None = None) -> EncodedVideo:
    """Encode a video by its features in a file.

    Args:
        inferencer (GroundingInferencer): A model on features.
        path (str | Path): File of a :class:`FeatureStore`.
        video_id (str): Its identifier there.
        duration (float, optional): Seconds. Defaults to None: what the file
            says; where it does not say, times are fractions.

    Returns:
        EncodedVideo: Without a source, as there are no frames to show.

    Raises:
        InputError: If the file or the video is at fault, or the model takes
            other features, or pixels.
    """
    store = FeatureStore(path, check_finite=False)
    store.require([video_id])
    return inferencer.encode_video(
        store[video_id], frame_times=store.times.frame_times.get(video_id),
        duration=duration or store.times.durations.get(video_id),
        name=video_id)

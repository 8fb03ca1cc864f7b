"""From a video to the frame states of a model, or to what comes before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from rich.console import Console
from rich.progress import track

from cra_plugin.apis.encoded_video import EncodedVideo
from cra_plugin.datasets.question_pipeline import QuestionPipeline
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.any_video import AnyVideo
from cra_plugin.feature_extraction.feature_cache import FeatureCache
from cra_plugin.feature_extraction.find_frame_encoder import (
    find_frame_encoder,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.pretrained.encoder_module import module_digest
from cra_plugin.spans.frame_sampling import (
    resample_frame_times,
    resolve_frame_times,
)

# After which the progress bar moves.
FRAMES_AT_A_TIME = 4


class VideoEncoding:
    """Encodes videos for one model.

    Args:
        model (Any): A grounder, with ``encode_video`` and
            ``encode_frames``.
        pipeline (QuestionPipeline): What the model is tested with.
        frame_encoder (FrameEncoder | dict, optional): What makes features of
            pixels, where the model takes features, or arguments of
            :func:`find_frame_encoder`; it is built when it is first needed.
        cache (str | Path, optional): Folder of a :class:`FeatureCache`.
        progress (bool): Show a progress bar on stderr. Defaults to False.
    """

    def __init__(self, model: Any, pipeline: QuestionPipeline,
                 frame_encoder: FrameEncoder | dict[str, Any] | None,
                 cache: str | Path | None, progress: bool = False) -> None:
        self._progress = progress
        self._model = model
        self._pipeline = pipeline
        self._frame_encoder = frame_encoder
        self._cache = None if cache is None else FeatureCache(cache)
        # What the model takes: features, or pixels that it encodes itself.
        self._key = ('video_features' if pipeline.samples_frames is None
                     else 'frames')
        self._identity = ''

    def encode(self,
               video: str | Path | np.ndarray,
               fps: float | None = None,
               frame_times: Sequence[float] | None = None,
               duration: float | None = None,
               name: str | None = None) -> EncodedVideo:
        """Encode a video.

        Args:
            video (str | Path | np.ndarray): A file, a folder of frames, (N,
                H, W, 3) frames or (N, D) features.
            fps (float, optional): Frames a second of a folder or of frames.
            frame_times (Sequence[float], optional): (N,) seconds of frames
                or features.
            duration (float, optional): Seconds, of frames or features.
            name (str, optional): What to call it. Defaults to the stem of
                its file.

        Returns:
            EncodedVideo: Its frame states.

        Raises:
            InputError: If it cannot be read.
        """
        source = Path(video) if isinstance(video, (str, Path)) else None
        if isinstance(video, np.ndarray) and video.ndim == 2:
            found = self._of_features(video, frame_times, duration)
        else:
            found = self._kept(
                AnyVideo(video if isinstance(video, np.ndarray) else Path(
                    video), fps, frame_times, duration), source)
        return EncodedVideo(
            name or (source.stem if source else 'video'),
            self._states(found), found['frame_times'],
            float(found['duration']) or None, source)

    def _kept(self, video: AnyVideo,
              source: Path | None) -> dict[str, np.ndarray]:
        """Give what was found of a video before, or find and keep it."""
        make = self._of_pixels if self._key == 'video_features' else (
            self._by_frame_encoder)
        if self._cache is None or source is None:
            return make(video, source)
        place = self._cache.place(source, f'{self._name()} {video.fps}')
        found = self._cache.read(place)
        if found is None:
            found = make(video, source)
            self._cache.write(place, found)
        return found

    def _of_features(self, features: np.ndarray,
                     frame_times: Sequence[float] | None,
                     duration: float | None) -> dict[str, np.ndarray]:
        """Sample the features that a user has."""
        if self._key != 'frames':
            raise InputError('the video', f'features {features.shape}',
                             'pixels, which this model encodes itself',
                             'pass a file or frames (N, H, W, 3)')
        times = None if frame_times is None else np.asarray(frame_times, float)
        times = resolve_frame_times(times, len(features), duration)
        fields = self._pipeline.video(dict(
            frames=features.astype(np.float32), frame_times=times))
        return dict(frames=fields['frames'], frame_times=np.asarray(
            fields['frame_times']), duration=np.array(duration or 0.))

    def _by_frame_encoder(self, video: AnyVideo,
                          source: Path | None) -> dict[str, np.ndarray]:
        """Make the features that the model takes."""
        sampling = FrameSampling(self._pipeline.samples_frames or 1)
        encoder = self._encoder()
        with video.open() as reader:
            frames, times = reader.read(sampling(reader))
            duration = reader.duration
        prepared = encoder.prepare(frames)
        size = FRAMES_AT_A_TIME if encoder.frame_by_frame else len(prepared)
        parts = [
            encoder.encode(prepared[None, start:start + size])[0]
            for start in track(
                range(0, len(prepared), size), 'Encoding', transient=True,
                console=Console(stderr=True), disable=not self._progress)
        ]
        return self._of_features(np.concatenate(parts), times.tolist(),
                                 duration)

    def _of_pixels(self, video: AnyVideo,
                   source: Path | None) -> dict[str, np.ndarray]:
        """Run the pipeline and the model's own video encoder."""
        by_time = self._pipeline.reads_by_time
        if not by_time and source is None:
            raise InputError('the video', 'frames in memory', 'a file, which '
                             'the transforms of this config open themselves',
                             'use cra_plugin.VideoInit and VideoDecode')
        with video.open() as reader:
            duration = reader.duration
            fields: dict[str, Any] = dict(
                filename=str(source or 'video'), start_index=0,
                avg_fps=reader.num_frames / duration)
            if by_time:
                fields.update(video_reader=reader, video_file=ExitStack(),
                              total_frames=reader.num_frames)
            fields = self._pipeline.video(fields)
        pixels = torch.from_numpy(fields['imgs'])
        features = self._run(self._model.encode_video, video=pixels)
        times = np.asarray(fields['frame_times'], dtype=float)
        if len(times) != len(features):
            times = resample_frame_times(times, len(features))
        return dict(video_features=features.numpy(), frame_times=times,
                    duration=np.array(duration))

    def _states(self, found: dict[str, np.ndarray]) -> torch.Tensor:
        """Run what comes after the features, (T, d)."""
        return self._run(self._model.encode_frames, **{
            self._key: torch.from_numpy(found[self._key])})

    @torch.inference_mode()
    def _run(self, method: Any, **inputs: torch.Tensor) -> torch.Tensor:
        """Run a method of the model on one video, back on the CPU."""
        batch = pseudo_collate([dict(inputs=inputs)])
        prepared = self._model.data_preprocessor(batch)['inputs']
        output: torch.Tensor = method(prepared)
        return output[0].float().cpu()

    def _encoder(self) -> FrameEncoder:
        """Build the frame encoder on first use."""
        given = self._frame_encoder
        if given is None or isinstance(given, dict):
            given = find_frame_encoder(
                **(given or {}), num_frames=self._pipeline.samples_frames or 1,
                device=str(next(self._model.parameters()).device))
            self._frame_encoder = given
        return given

    def _name(self) -> str:
        """Say what decides the features of a given video."""
        if not self._identity:
            self._identity = self._pipeline.video_steps + (
                self._encoder().name if self._key == 'frames' else
                module_digest(self._model.video_encoder, []))
        return self._identity

"""The base of all video question grounding datasets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset, Compose
from mmengine.fileio import join_path
from mmengine.utils import is_abs

from cra_plugin.annotations.annotation_set import AnnotationSet
from cra_plugin.datasets.batch_pipeline import BatchPipeline
from cra_plugin.datasets.bias_probe import SHUFFLED_VIDEOS, BiasProbe
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.datasets.frame_folders import FrameFolders
from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.datasets.question_videos import QuestionVideos
from cra_plugin.datasets.sample_seed import SampleSeed
from cra_plugin.datasets.video_folder import VideoFolder
from cra_plugin.datasets.video_pipeline import run_on_video
from cra_plugin.errors import InputError
from cra_plugin.spans.frame_sampling import resolve_frame_times
from cra_plugin.spans.span_extent import TOLERANCE_SECONDS
from cra_plugin.structures.video_question import VideoQuestion


class VideoQGDataset(BaseDataset):
    """Questions over frame features or raw videos; one sample per question.

    A subclass reads its annotation format in :meth:`load_annotations`. The
    pipeline is given ``question_info`` (:class:`VideoQuestion`),
    ``video_id``, ``question``, ``choices`` (list[str]), ``gt_answer``
    (int | None), ``corpus`` (:class:`QuestionCorpus`, over all questions of
    the file, whatever ``indices`` keeps) and ``rng``, a generator that is a
    function of seed, epoch and question key alone. With ``features`` also
    ``frames``, (N, D) float32, and ``frame_times``, (N,): seconds, from the
    annotations, else from the feature file, else as centers of equal parts
    of the duration; fractions of the duration where that is not known either.
    Durations as well are those of the annotations, else of the feature file.
    With ``videos`` it is given ``filename`` and ``start_index``, from which
    mmaction2's ``DecordInit`` and what follows make ``imgs``; frame times are
    then those of the frames that are sampled (:class:`AddFrameTimes`).

    At start-up every transform with a method ``prepare(corpus)`` is given the
    corpus, in the main process.

    Args:
        ann_file (str): The annotation file. Defaults to ''.
        data_root (str): Folder that relative paths start from.
            Defaults to ''.
        features (dict, optional): Arguments of :class:`FeatureStore`.
            Defaults to None.
        videos (dict, optional): Instead of it, arguments of
            :class:`VideoFolder`, or of :class:`FrameFolders`, whose frames
            ``FrameFolderInit`` and ``FrameFolderDecode`` read; with neither
            the pipeline must find the videos itself. Defaults to None.
        pipeline (Sequence[dict | Callable]): Transforms. Defaults to ().
        seed (int): Seed of ``rng`` until ``set_epoch`` gives another.
            Defaults to 2024.
        probe (str, optional): Make samples that are wrong on purpose, see
            :class:`BiasProbe`; other videos are shown of ``features`` alone.
            Defaults to None.
        **kwargs: Of :class:`mmengine.dataset.BaseDataset`.
    """

    ann_file: str

    def __init__(self,
                 ann_file: str = '',
                 data_root: str = '',
                 features: dict[str, Any] | None = None,
                 videos: dict[str, Any] | None = None,
                 pipeline: Sequence[dict[str, Any] | Callable[..., Any]] = (),
                 seed: int = 2024,
                 probe: str | None = None,
                 **kwargs: Any) -> None:
        if probe == SHUFFLED_VIDEOS and features is None:
            raise InputError(
                f'the dataset of {ann_file}: probe', repr(probe),
                'features, which are shown at the times of another video',
                'extract features from the videos first')
        self.probe = probe
        self._bias_probe: BiasProbe | None = None
        self.features = None if features is None else dict(features)
        self.videos = None if videos is None else dict(videos)
        if self.features and self.videos:
            raise InputError(f'the dataset of {ann_file}',
                             'both features and videos', 'one of the two',
                             'set the other to None')
        self.feature_store: FeatureStore | None = None
        self.video_folder: VideoFolder | FrameFolders | None = None
        self._sample_seed = SampleSeed(seed)
        self.question_videos = QuestionVideos()
        kwargs.setdefault('data_prefix', {})
        super().__init__(
            ann_file=ann_file,
            data_root=data_root,
            pipeline=list(pipeline),
            **kwargs)

    def load_annotations(self) -> AnnotationSet:
        """Read the annotation files.

        Returns:
            AnnotationSet: All that is annotated about the split.
        """
        raise NotImplementedError

    def set_epoch(self, epoch: int, seed: int | None = None) -> None:
        """Make the samples of another epoch, also in running workers.

        Args:
            epoch (int): Number of the epoch, from 0.
            seed (int, optional): None keeps the seed. Defaults to None.
        """
        self._sample_seed.set(epoch, seed)

    def full_init(self) -> None:
        """Load the annotations, check what is seen, prepare transforms."""
        if self._fully_initialized:
            return
        super().full_init()
        if self.probe is not None:
            self._bias_probe = BiasProbe(self.probe, [
                self.get_data_info(index)['question_info']
                for index in range(len(self))])
        if self.feature_store is not None:
            self._check_features(self.feature_store)
        if self.video_folder is not None:
            self.video_folder.require(self.video_ids())
        for transform in self.pipeline.transforms:
            if hasattr(transform, 'prepare'):
                transform.prepare(self.corpus)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read the questions and open the features, or find the videos.

        The questions are indexed as a corpus too.

        Returns:
            list[dict]: One ``{question_info: VideoQuestion}`` a question.
        """
        annotations = self.load_annotations()
        if self.features is not None:
            self.feature_store = FeatureStore(**self.features)
            annotations = annotations.with_videos(*self.feature_store.times)
        if self.videos is not None:
            kind = FrameFolders if 'frames' in self.videos else VideoFolder
            self.video_folder = kind(**self.videos)
        questions = annotations.questions
        numbers = sorted({len(question.choices) for question in questions})
        if len(numbers) != 1:
            raise InputError(annotations.source,
                             f'questions with {numbers} choices',
                             'the same number of choices in every question')
        self._metainfo['num_choices'] = numbers[0]
        self.corpus = QuestionCorpus(questions, annotations.paraphrases)
        self._frame_times = annotations.frame_times
        self._durations = annotations.durations
        return [{'question_info': question} for question in questions]

    def prepare_data(self, idx: int) -> Any:
        """Collect what one sample is made of and run the pipeline.

        Args:
            idx (int): Index of the question.

        Returns:
            Any: What the last transform returns.
        """
        results = self._fields(idx)
        question: VideoQuestion = results['question_info']
        if self.feature_store is not None:
            results['frames'] = self.feature_store[self._shown(question)]
        elif self.video_folder is not None:
            results |= self.video_folder.sample_fields(question.video_id)
            return run_on_video(self.pipeline.transforms, results)
        elif question.video_id in self._frame_times:
            results['frame_times'] = self._frame_times[question.video_id]
        return self.pipeline(results)

    def __getitems__(self, indices: Sequence[int]) -> Sequence[Any]:
        """Make the samples of a batch, as torch's data loader asks for them.

        Args:
            indices (Sequence[int]): B indices of questions.

        Returns:
            Sequence[Any]: What ``self[index]`` gives for each, made at once
            where the pipeline and the features let it.
        """
        pipeline = self._batch_pipeline()
        if pipeline is not None and self.feature_store is not None:
            samples = [self._fields(index) for index in indices]
            stored = self.feature_store.locate(
                [self._shown(each['question_info']) for each in samples])
            if stored is not None:
                return pipeline(samples, stored)
        return [self[index] for index in indices]

    def video_ids(self) -> list[str]:
        """Name the videos of the questions that are kept.

        Returns:
            list[str]: Each once, in the order of the questions.
        """
        return list(dict.fromkeys(self.question_videos.names(self)))

    def _batch_pipeline(self) -> BatchPipeline | None:
        """The pipeline for whole batches, where a sample is made as here."""
        kind = type(self)
        if (kind.prepare_data is not VideoQGDataset.prepare_data
                or kind.__getitem__ is not BaseDataset.__getitem__
                or type(self.pipeline) is not Compose):
            return None
        return BatchPipeline.of(self.pipeline.transforms)

    def _fields(self, idx: int) -> dict[str, Any]:
        """Collect what one sample is made of, but for what is seen of it."""
        results: dict[str, Any] = self.get_data_info(idx)
        question: VideoQuestion = results['question_info']
        probe = self._bias_probe
        results.update(
            video_id=question.video_id,
            question=probe.text(question) if probe else question.question,
            choices=list(question.choices),
            gt_answer=question.answer,
            corpus=self.corpus,
            rng=self._sample_seed.generator(question.key))
        if self.feature_store is not None:
            results['frame_times'] = self._times_of(
                question, self.feature_store.num_frames)
        return results

    def _shown(self, question: VideoQuestion) -> str:
        """Name the video that is shown to a question."""
        probe = self._bias_probe
        return probe.video(question) if probe else question.video_id

    def _times_of(self, question: VideoQuestion,
                  num_frames: int) -> np.ndarray:
        """Give the (N,) times of the frames of a question's video."""
        video_id = question.video_id
        return resolve_frame_times(
            self._frame_times.get(video_id), num_frames, question.duration
            or self._durations.get(video_id))

    def _check_features(self, store: FeatureStore) -> None:
        """Check that every video has features, and fitting frame times."""
        video_ids = self.video_ids()
        store.require(video_ids)
        for video_id in video_ids:
            times = self._frame_times.get(video_id)
            if times is None:
                continue
            where = getattr(self, 'time_file', None) or self.ann_file
            if len(times) != store.num_frames:
                raise InputError(
                    where, f'{len(times)} frame times for video {video_id}',
                    f'{store.num_frames}, the frames it has in {store.path}',
                    'set time_file=None, or extract the features again at '
                    'these times')
            duration = self._durations.get(video_id, np.inf)
            if times[-1] > duration + TOLERANCE_SECONDS:
                raise InputError(
                    where, f'the last frame of video {video_id} at '
                    f'{times[-1]:g} s, in the files or in {store.path}',
                    f'a time in its {duration:g} s',
                    'use durations and frame times of the same videos')

    def _join_prefix(self) -> None:
        """Let relative paths start from ``data_root``."""
        super()._join_prefix()
        if self.features is not None:
            self.features['path'] = self._join_root(self.features.get('path'))
        for name in ('path', 'frames', 'map_file', 'fps'):
            if self.videos and isinstance(self.videos.get(name), str):
                self.videos[name] = self._join_root(self.videos[name])

    def _join_root(self, path: str | None) -> str | None:
        """Let one relative path start from ``data_root``."""
        if not path or not self.data_root or is_abs(path):
            return path
        return str(join_path(self.data_root, path))

"""Ask a model about a video: encode once, ask many questions."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.infer import BaseInferencer
from mmengine.runner.checkpoint import CheckpointLoader, load_state_dict

from cra_plugin import compat
from cra_plugin.apis.config import load_config
from cra_plugin.apis.encoded_video import EncodedVideo
from cra_plugin.apis.grounding_result import GroundingResult
from cra_plugin.apis.video_encoding import VideoEncoding
from cra_plugin.datasets.question_pipeline import QuestionPipeline
from cra_plugin.datasets.unwrap import unwrap_datasets
from cra_plugin.engine.config_completion import complete_config
from cra_plugin.engine.config_difference import (
    config_differences,
    stored_config,
)
from cra_plugin.engine.model_fit import check_model
from cra_plugin.engine.run_outputs import reporting_metrics
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted

Question = str | Sequence[str]
Choices = Sequence[str] | Sequence[Sequence[str]]


class GroundingInferencer(BaseInferencer):
    """Answer questions about videos, and say which seconds show it.

    Args:
        config (str | Path | Config): A config, such as the one that a
            training leaves beside its checkpoints.
        checkpoint (str | Path, optional): Its weights. Defaults to None:
            those that the config's ``init_cfg`` and encoders name.
        device (str, optional): Defaults to None: CUDA where there is one,
            else the CPU.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        frame_encoder (FrameEncoder | dict, optional): What makes frame
            features of pixels, where the model takes features: an encoder,
            or arguments of :func:`find_frame_encoder`. Defaults to None: the
            config's ``frame_encoder``, else the model's own, else ViT-L-14 of
            OpenAI.
        cache (str | Path, optional): Folder in which features of videos are
            kept. Defaults to None, not kept.
        progress (bool): Show a progress bar on stderr while a video is
            encoded. Defaults to False.

    Raises:
        InputError: If the config or the checkpoint is at fault.

    Examples:
        >>> inferencer = GroundingInferencer(  # doctest: +SKIP
        ...     'configs/cra_nextgqa.py', 'epoch_30.pth')
        >>> video = inferencer.encode_video('birthday.mp4')  # doctest: +SKIP
        >>> result = inferencer(  # doctest: +SKIP
        ...     video, 'why does the boy clap?', ['to sing', 'he is happy'])
        >>> result.answer, result.span  # doctest: +SKIP
        ('he is happy', (12.5, 17.0))
    """

    model: Any
    pipeline: Any
    collate_fn: Any

    def __init__(self,
                 config: str | Path | Config,
                 checkpoint: str | Path | None = None,
                 device: str | None = None,
                 options: dict[str, Any] | None = None,
                 frame_encoder: FrameEncoder | dict[str, Any] | None = None,
                 cache: str | Path | None = None,
                 progress: bool = False) -> None:
        if isinstance(config, Config):
            compat.apply()
            config = copy.deepcopy(config)
            complete_config(config)
        else:
            config = load_config(config, options)
        self._decoder: str = next(
            (metric.get('decoder', '')
             for metric in reporting_metrics(config, 'test')), '')
        super().__init__(
            config, None if checkpoint is None else str(checkpoint), device,
            'mmaction', show_progress=False)
        self.encoding = VideoEncoding(
            self.model, self.pipeline,
            frame_encoder or config.get('frame_encoder')
            or getattr(self.model, 'frame_encoder', None), cache, progress)

    def encode_video(self, video: Any, **description: Any) -> EncodedVideo:
        """Do all that does not depend on the question.

        Args:
            video (str | Path | np.ndarray): A video file, a folder of its
                frames (with ``fps``), frames (N, H, W, 3) uint8 RGB, or, for
                a model on features, features (N, D) float.
            **description (Any): Of :meth:`VideoEncoding.encode`: ``fps``,
                ``frame_times``, ``duration`` and ``name``.

        Returns:
            EncodedVideo: For any number of calls.

        Raises:
            InputError: If it is no video that can be read.
        """
        return self.encoding.encode(video, **description)

    def __call__(  # type: ignore[override]
            self, video: Any, question: Question,
            choices: Choices | None = None,
            batch_size: int = 32
    ) -> GroundingResult | list[GroundingResult]:
        """Answer one question or many about one video.

        Args:
            video (Any): As for :meth:`encode_video`, or what it returned.
            question (str | Sequence[str]): The question, or Q of them.
            choices (Sequence, optional): The choices of all questions, or Q
                sequences of them. Defaults to None: the question is grounded
                and not answered.
            batch_size (int): Questions that are answered at a time. Defaults
                to 32.

        Returns:
            GroundingResult | list[GroundingResult]: One for a question, Q
            for a sequence.

        Raises:
            InputError: If the question or the choices are none.
        """
        encoded = (video if isinstance(video, EncodedVideo)
                   else self.encode_video(video))
        questions = [question] if isinstance(question, str) else list(question)
        asked = [
            _ask(encoded, index, text, own) for index, (text, own) in
            enumerate(zip(questions, _choices_of(questions, choices)))
        ]
        results: dict[int, GroundingResult] = {}
        for rows in _alike(asked, batch_size):
            batch = [asked[row] for row in rows]
            results |= zip(rows, self._answer(encoded, batch))
        ordered = [results[row] for row in range(len(asked))]
        return ordered[0] if isinstance(question, str) else ordered

    @torch.inference_mode()
    def _answer(self, video: EncodedVideo,
                questions: list[VideoQuestion]) -> list[GroundingResult]:
        """Answer questions with the same number of choices."""
        fields = dict(frame_states=video.frame_states.numpy(),
                      frame_times=video.frame_times)
        samples = [self.pipeline.question(each, fields) for each in questions]
        predicted = self.model.test_step(self.collate_fn(samples))
        return [GroundingResult.from_sample(each, self._decoder)
                for each in predicted]

    def _init_model(self, cfg: Config, weights: str | None,
                    device: str = 'cpu') -> torch.nn.Module:
        """Build the model, and load weights that must be its own."""
        model = MODELS.build(cfg.model)
        if weights is None:
            if getattr(model, 'needs_checkpoint', True):
                raise InputError('the checkpoint', 'none', 'the weights of '
                                 f'{type(model).__name__}, which is trained',
                                 'pass a checkpoint')
            model.init_weights()
        else:
            # On stdout mmengine's log would come before the answers.
            content = CheckpointLoader.load_checkpoint(weights, 'cpu',
                                                       logger='silent')
            load_state_dict(model, check_model(
                content, weights, model,
                config_differences(stored_config(content), cfg, ('model', )),
                'name the config and options that it was trained with'),
                strict=True)
        model.cfg = cfg
        prepared: torch.nn.Module = model.to(device).eval()
        return prepared

    def _init_pipeline(  # type: ignore[override]
            self, cfg: Config) -> QuestionPipeline:
        """Build the pipeline that the config tests with."""
        dataset = next(iter(unwrap_datasets(cfg.test_dataloader.dataset)))
        return QuestionPipeline(dataset.pipeline)

    def _init_collate(self, cfg: Config) -> Any:
        """Leave samples in lists: there is no worker to hand them over."""
        return pseudo_collate

    def _init_visualizer(self, cfg: Config) -> None:
        """Need none."""

    def visualize(self, inputs: list[Any], preds: Any, show: bool = False,
                  **kwargs: Any) -> list[np.ndarray]:
        """Draw nothing: ``draw_timeline(result.as_answer(), path)`` does."""
        return []

    def postprocess(self, preds: Any, visualization: list[np.ndarray],
                    return_datasample: bool = False,
                    **kwargs: Any) -> dict[str, Any]:
        """Give results as mmengine's other inferencers do."""
        return dict(predictions=[
            each.data_sample if return_datasample else each.to_dict()
            for each in preds], visualization=visualization)


def _choices_of(questions: list[str],
                choices: Choices | None) -> list[tuple[str, ...]]:
    """Give every question its choices."""
    if choices is None:
        return [()] * len(questions)
    if all(isinstance(each, str) for each in choices):
        return [tuple(map(str, choices))] * len(questions)
    if len(choices) != len(questions):
        raise InputError('choices', f'{counted(len(choices), "list")} for '
                         f'{counted(len(questions), "question")}',
                         'one list for each',
                         'or pass one list for all')
    return [tuple(each) for each in choices]


def _ask(video: EncodedVideo, index: int, question: str,
         choices: tuple[str, ...]) -> VideoQuestion:
    """Write a question down as a dataset has it."""
    for text in (question, *choices):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InputError(f'question {index}', f'{text!r}, which has half '
                             'a character', 'text that UTF-8 can hold',
                             'write it again') from None
    if not question.strip():
        raise InputError(f'question {index}', 'no text', 'a question')
    if len(choices) == 1 or not all(each.strip() for each in choices):
        raise InputError(f'the choices of question {index}', f'{choices}',
                         'two or more texts, or none to ground the question '
                         'alone')
    return VideoQuestion(video.name, str(index), question, choices, None,
                         duration=video.duration)


def _alike(asked: list[VideoQuestion], size: int) -> list[list[int]]:
    """Rows of questions with the same number of choices, in batches."""
    groups: dict[int, list[int]] = {}
    for row, each in enumerate(asked):
        groups.setdefault(len(each.choices), []).append(row)
    return [rows[start:start + size] for rows in groups.values()
            for start in range(0, len(rows), size)]

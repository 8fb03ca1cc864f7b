"""Any backbone of mmaction2 in place of extracted features."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from typing import Any

import torch
from mmengine.config import Config
from torch import Tensor

from cra_plugin.compat.mmaction_imports import prepare_mmaction
from cra_plugin.errors import InputError
from cra_plugin.models.video_encoders.backbone_checkpoint import load_backbone
from cra_plugin.models.video_encoders.backbone_sequences import (
    encode_clips,
    family,
    keep_tokens,
    required_clip_length,
    resample_steps,
    takes_frames,
)
from cra_plugin.models.video_encoders.feature_norm import FeatureNorm
from cra_plugin.models.video_encoders.recomputed_blocks import (
    recompute_blocks,
)
from cra_plugin.models.video_encoders.trained_backbone import (
    TrainedBackbone,
)
from cra_plugin.registry import MODELS

_FIELD = 'MMActionBackbone'


@MODELS.register_module()
class MMActionBackbone(TrainedBackbone):
    """Encode raw video with a backbone of mmaction2.

    The sequence holds, at each step, features averaged over space: of each
    frame for 2D backbones, of each remaining time step for 3D ones, of the
    tokens of each frame or tubelet for transformers. Several outputs (the
    two paths of SlowFast, or several stages) are concatenated at the rate
    of the slowest. Clips are encoded apart and put one after the other.

    As in mmengine, pretrained weights are loaded by ``init_weights()``.

    Args:
        backbone (dict, optional): Config of the backbone. Types need no
            ``mmaction.`` before them. Defaults to None.
        recognizer (dict | str, optional): Instead of it, the ``model`` of
            a whole recognizer's config, or the path of the config file: its
            backbone, its data preprocessor and the width of its head are
            taken. Defaults to None.
        data_preprocessor (dict, optional): Config of mmaction2's
            ``ActionDataPreprocessor``: mean, std, ``to_rgb`` and
            ``format_shape``, which says what a backbone of another package
            takes. Blending is left out: it mixes labels. Defaults to None,
            the recognizer's, else no normalization.
        out_dim (int, optional): Width D of the features; checked at each
            step. Defaults to None, the recognizer's ``cls_head.in_channels``.
        num_frames (int, optional): Number T of steps that are returned.
            Defaults to None, as many as the video has frames.
        clip_len (int, optional): Cut the clips there are into clips of so
            many frames, which are encoded apart. Defaults to None.
        checkpoint (str, optional): Path or URL of a recognizer's or a
            backbone's checkpoint, see :func:`load_backbone`. Defaults to
            None, what the backbone's config says.
        frozen (bool): Keep weights and statistics as they are, and compute
            no gradients. Defaults to False.
        norm_eval (bool): Keep the statistics of batch normalization as they
            are. Defaults to False.
        gradient_checkpointing (bool): Save memory, see
            :func:`recompute_blocks`. Defaults to False.
        feature_norm (dict, optional): Config of a :class:`FeatureNorm`,
            such as ``dict(type='BN1d')``, trained even where the backbone
            is frozen. Defaults to None.

    Raises:
        InputError: If not exactly one of ``backbone`` and ``recognizer`` is
            given, the width is unknown, or the format contradicts the
            backbone.
    """

    def __init__(self,
                 backbone: dict[str, Any] | None = None,
                 recognizer: dict[str, Any] | str | None = None,
                 data_preprocessor: dict[str, Any] | None = None,
                 out_dim: int | None = None,
                 num_frames: int | None = None,
                 clip_len: int | None = None,
                 checkpoint: str | None = None,
                 frozen: bool = False,
                 norm_eval: bool = False,
                 gradient_checkpointing: bool = False,
                 feature_norm: dict[str, Any] | None = None) -> None:
        super().__init__()
        settings = _recognizer_settings(backbone, recognizer)
        self.out_dim: int = out_dim or _head_width(settings)
        self.num_frames = num_frames
        self.clip_len = clip_len
        self.checkpoint = checkpoint
        self.frozen = frozen
        self.norm_eval = norm_eval
        config = dict(settings['backbone'])
        if checkpoint is not None and 'pretrained' in config:
            # Otherwise some fetch weights that are then overwritten.
            config['pretrained'] = None
        prepare_mmaction()
        self.backbone = MODELS.build(dict(config, _scope_='mmaction'))
        keep_tokens(self.backbone)
        preprocessor = dict(data_preprocessor
                            or settings.get('data_preprocessor') or {})
        self.as_frames = self._check_format(
            preprocessor.pop('format_shape', None))
        preprocessor.pop('blending', None)
        self.normalizer = MODELS.build({
            'type': 'ActionDataPreprocessor', **preprocessor,
            'format_shape': 'NCTHW', '_scope_': 'mmaction'})
        if frozen:
            self.requires_grad_(False)
        elif gradient_checkpointing:
            recompute_blocks(self.backbone)
        self.feature_norm = None if feature_norm is None else FeatureNorm(
            feature_norm, self.out_dim)
        self.train()

    def _check_format(self, declared: str | None) -> bool:
        """Whether the backbone takes frames, checked against the config."""
        if not family(self.backbone, type(self.backbone).__name__):
            return declared != 'NCTHW'
        known = 'NCHW' if takes_frames(self.backbone) else 'NCTHW'
        if declared not in (None, known):
            raise InputError(
                f'{_FIELD}.data_preprocessor.format_shape', repr(declared),
                f'{known!r}, which {type(self.backbone).__name__} takes',
                'leave it out')
        return known == 'NCHW'

    def init_weights(self) -> None:
        """Load the checkpoint, else do what the backbone's config says."""
        if getattr(self.backbone, 'pretrained', None) is None:
            # On by default, they make some of them load a file named None.
            self.backbone.pretrained2d = False
            self.backbone.clip_pretrained = False
        if self.checkpoint is not None:
            load_backbone(self.backbone, self.checkpoint)
        elif hasattr(self.backbone, 'init_weights'):
            self.backbone.init_weights()
        self._is_init = True

    def forward(self, video: Tensor) -> Tensor:
        """Encode videos.

        Args:
            video (Tensor): Pixels as the data preprocessor takes them, such
                as uint8: frames (B, N, C, H, W), or clips as mmaction2 formats
                them, (B, M, C, T, H, W).

        Returns:
            Tensor: (B, T, D).

        Raises:
            InputError: If the frames do not fit the backbone, it keeps no
                time axis, or D is not ``out_dim``.
        """
        clips = self._to_clips(video)
        size, num_clips, _, clip_length = clips.shape[:4]
        self._check_clip_length(clip_length)
        with torch.no_grad() if self.frozen else nullcontext():
            pixels, _ = self.normalizer.preprocess(list(clips), None)
            steps = encode_clips(self.backbone, pixels.flatten(0, 1),
                                 self.as_frames)
        sequence = steps.reshape(size, -1, steps.shape[-1])
        self._check_sequence(sequence, num_clips, clip_length)
        if self.feature_norm is not None:
            sequence = self.feature_norm(sequence)
        return resample_steps(sequence,
                              self.num_frames or num_clips * clip_length)

    def _to_clips(self, video: Tensor) -> Tensor:
        """Any layout to (B, M, C, T, H, W), cut to ``clip_len``."""
        if video.ndim not in (5, 6):
            raise InputError(
                'the video', f'a tensor of shape {tuple(video.shape)}',
                'frames (B, N, C, H, W) or clips (B, M, C, T, H, W)',
                'put FormatShape of mmaction2 into the pipeline')
        clips = video.transpose(1, 2)[:, None] if video.ndim == 5 else video
        if self.clip_len is None:
            return clips
        if clips.shape[3] % self.clip_len:
            raise InputError(
                f'{_FIELD}.clip_len',
                f'{self.clip_len}, for clips of {clips.shape[3]} frames',
                'a divisor of that number', 'change it or the pipeline')
        shorter: Tensor = clips.unflatten(3, (-1, self.clip_len))
        return shorter.transpose(2, 3).flatten(1, 2)

    def _check_clip_length(self, found: int) -> None:
        required = required_clip_length(self.backbone)
        if required not in (None, found):
            raise InputError(
                'the video', f'clips of {found} frames',
                f'clips of {required}, as {_FIELD}.backbone, a '
                f'{type(self.backbone).__name__}, is configured',
                f'set {_FIELD}.clip_len={required}, or sample as many frames')

    def _check_sequence(self, sequence: Tensor, num_clips: int,
                        clip_length: int) -> None:
        """Refuse a lost time axis, and another width than configured."""
        name = type(self.backbone).__name__
        if sequence.shape[1] == 1 < num_clips * clip_length:
            raise InputError(
                f'{_FIELD}.backbone',
                f'{name}, which keeps no time axis: {clip_length} frames '
                'become one step', 'at least two steps to tell apart',
                'sample several clips (SampleFrames num_clips, or '
                f'{_FIELD}.clip_len), or longer ones')
        if sequence.shape[-1] != self.out_dim:
            raise InputError(
                f'{_FIELD}.out_dim',
                f'{self.out_dim}, while {name} has features of width '
                f'{sequence.shape[-1]}', 'the width of the features',
                f'set --cfg-options {_FIELD}.out_dim={sequence.shape[-1]}')


def _recognizer_settings(
        backbone: dict[str, Any] | None,
        recognizer: dict[str, Any] | str | None) -> dict[str, Any]:
    """What is used of a recognizer's config, or of a backbone's."""
    if (backbone is None) == (recognizer is None):
        raise InputError(
            _FIELD, 'both or none of backbone and recognizer',
            'one of the two', 'give the config of a backbone or recognizer')
    if backbone is not None:
        return {'backbone': backbone}
    if isinstance(recognizer, str):
        recognizer = Config.fromfile(recognizer).get('model')
    if not isinstance(recognizer, dict) or 'backbone' not in recognizer:
        raise InputError(
            f'{_FIELD}.recognizer', 'a config without a backbone',
            "the model of a recognizer, with its 'backbone'",
            f'give a backbone alone as {_FIELD}.backbone')
    return copy.deepcopy(dict(recognizer))


def _head_width(settings: dict[str, Any]) -> int:
    """The width that the recognizer's head expects."""
    head = settings.get('cls_head') or {}
    if 'in_channels' not in head:
        raise InputError(
            f'{_FIELD}.out_dim', 'no width, and no cls_head.in_channels in '
            'a recognizer', 'the width of the features',
            f'set {_FIELD}.out_dim')
    width: int = head['in_channels']
    return width

"""The model: a dual encoder that answers from the frames it grounds."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModel
from torch import Tensor, nn

from cra_plugin.errors import naming
from cra_plugin.models.build_part import (
    PREPROCESSOR,
    build_default_part,
    build_part,
)
from cra_plugin.models.grounders.branch_losses import (
    branch_losses,
    branches_of,
    number_videos,
)
from cra_plugin.models.grounders.candidate_texts import encode_texts
from cra_plugin.models.grounders.frame_inputs import frame_mask_of
from cra_plugin.models.grounders.grounded_candidates import GroundedCandidates
from cra_plugin.models.grounders.groundings import (
    GROUNDINGS,
    check_grounding,
)
from cra_plugin.models.grounders.predictions import write_predictions
from cra_plugin.registry import MODELS, TASK_UTILS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


@MODELS.register_module()
class VideoQuestionGrounder(BaseModel):
    """Choose the answer and weigh the frames that show it.

    Video, temporal and text encoder embed frames x (B, T, d) and candidates
    l (B, M, d). The grounding head weighs the frames by a query, the weighted
    sum m is deconfounded, and the logits are dot products of candidates and
    m. Source: CRA (arXiv 2503.07635), Temp[CLIP] variant.

    Args:
        d_model (int): Width d of the model.
        video_encoder (dict): Anything to (B, T, D), with ``out_dim`` D.
        text_encoder (dict): Token ids (B, M, L) to (B, M, d).
        temporal_encoder (dict): (B, T, D) to (B, T, d).
        grounding_head (dict): Frames and query to frame weights.
        answer_loss (dict): Classification loss of the VQA branch.
        question_loss (dict, optional): That of the VQ branch, the weak
            supervision of grounding. Defaults to None, no VQ branch.
        causal_intervention (dict, optional): Deconfounds. Defaults to None.
        grounding (str): ``'query'``, CRA's one query for all candidates;
            ``'candidate'``, every candidate grounds itself; or
            ``'evidence'``, every frame is scored against every candidate,
            by an :class:`EvidenceHead`. Defaults to 'query'.
        cma_loss (dict, optional): Alignment of the grounded feature and the
            true candidate, in each branch. Defaults to None.
        mil_nce_loss (dict, optional): Of the frames. Defaults to None.
        debiasing (dict, optional): Of :class:`Debiasing`. Defaults to None.
        span_decoders (dict[str, dict], optional): Decoder name to config.
            Defaults to None, no spans.
        pooling_dropout (float): On the pooled feature. Defaults to 0.3.
        data_preprocessor (dict, optional): Defaults to None, ours.
        init_cfg (dict, optional): Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 video_encoder: dict[str, Any],
                 text_encoder: dict[str, Any],
                 temporal_encoder: dict[str, Any],
                 grounding_head: dict[str, Any],
                 answer_loss: dict[str, Any],
                 question_loss: dict[str, Any] | None = None,
                 causal_intervention: dict[str, Any] | None = None,
                 grounding: str = 'query',
                 cma_loss: dict[str, Any] | None = None,
                 mil_nce_loss: dict[str, Any] | None = None,
                 debiasing: dict[str, Any] | None = None,
                 span_decoders: dict[str, dict[str, Any]] | None = None,
                 pooling_dropout: float = 0.3,
                 data_preprocessor: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(data_preprocessor or PREPROCESSOR, init_cfg)

        def build(name: str, config: dict[str, Any] | None,
                  **defaults: int) -> Any:
            return build_part(f'model.{name}', MODELS, config, **defaults)

        width = dict(d_model=d_model)
        self.video_encoder = build('video_encoder', video_encoder)
        feature_dim = self.video_encoder.out_dim
        self.text_encoder = build('text_encoder', text_encoder, **width)
        self.temporal_encoder = build(
            'temporal_encoder', temporal_encoder, in_dim=feature_dim, **width)
        self.grounding_head = build(
            'grounding_head', grounding_head, **width)
        self.grounding = grounding
        # The grounder gives it that width.
        with naming('model.causal_intervention.front_door.feature_dim',
                    'model.video_encoder.out_dim'):
            self.causal_intervention = build(
                'causal_intervention', causal_intervention,
                feature_dim=feature_dim, **width)
        check_grounding(grounding, self.grounding_head,
                        self.causal_intervention)
        self.pooling = nn.Sequential(
            nn.Dropout(pooling_dropout), nn.Linear(d_model, d_model))
        self.answer_loss = build('answer_loss', answer_loss)
        self.question_loss = build('question_loss', question_loss)
        self.cma_loss = build('cma_loss', cma_loss)
        self.mil_nce_loss = build('mil_nce_loss', mil_nce_loss)
        self.debiasing = build_default_part(
            'model.debiasing', MODELS, 'cra_plugin.Debiasing', debiasing,
            feature_dim=feature_dim, **width)
        self.span_decoders = {
            name: build_part(f'model.span_decoders.{name}', TASK_UTILS, config)
            for name, config in (span_decoders or {}).items()}

    def init_weights(self) -> None:
        """Initialize, or load, the weights of all parts."""
        with naming(type(self.video_encoder), 'model.video_encoder'):
            super().init_weights()

    def forward(  # type: ignore[override]
        self,
        inputs: dict[str, Tensor],
        data_samples: list[VideoQGDataSample] | None = None,
        mode: str = 'tensor'
    ) -> dict[str, Tensor] | list[VideoQGDataSample] | tuple[Tensor, Tensor]:
        """Run one of mmengine's three modes.

        Args:
            inputs (dict[str, Tensor]): ``frames`` (B, T, D) and
                ``frame_mask`` (B, T), or ``video`` as the video encoder
                takes it, or what :meth:`encode_frames` takes in their place;
                ``choice_tokens`` and ``choice_mask`` (B, M, L), and for the
                VQ branch, or without choices, ``question_tokens`` and
                ``question_mask``.
            data_samples (list[VideoQGDataSample], optional): One per sample.
                Defaults to None.
            mode (str): ``'loss'``, ``'predict'`` or ``'tensor'``. Defaults
                to 'tensor'.

        Returns:
            dict | list | tuple: Losses; data samples with predictions; or
            logits (B, M) and frame weights, (B, T) or, of every candidate,
            (B, M, T).

        Raises:
            RuntimeError: If the mode is none of the three.
        """
        if mode == 'loss':
            assert data_samples is not None
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            assert data_samples is not None
            return self.predict(inputs, data_samples)
        if mode == 'tensor':
            answers = self.ground_answers(inputs)
            return answers.logits, answers.weights
        raise RuntimeError(f'mode {mode!r} is none of loss, predict, tensor')

    def loss(self, inputs: dict[str, Tensor],
             data_samples: list[VideoQGDataSample]) -> dict[str, Tensor]:
        """Losses of the VQA branch and, where configured, of the VQ branch.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.
            data_samples (list[VideoQGDataSample]): One per sample.

        Returns:
            dict[str, Tensor]: ``loss_vqa``, ``loss_vq``, and of each branch
            ``loss_cma``, ``loss_mil_nce`` and ``loss_scene``, with
            ``loss_blind_vqa``; those that are configured, and what the
            grounding head logs, of which mmengine adds nothing up.
        """
        if 'video' in inputs:
            inputs = inputs | {'video_features': self.encode_video(inputs)}
        frames = self.encode_frames(inputs)
        mask = frame_mask_of(inputs, frames)
        video = dict(
            features=inputs.get('frames', inputs.get('video_features', frames)
                                ), frames=frames, mask=mask,
            videos=number_videos(data_samples, frames.device))
        losses: dict[str, Tensor] = {}
        branches = branches_of(self, inputs, data_samples)
        for branch, (candidates, query, criterion, target) in branches.items():
            output = self.ground(frames, mask, candidates, query)
            losses[f'loss_{branch}'] = criterion(output.logits, target)
            losses |= branch_losses(self, branch, output, candidates, target,
                                    video)
            for name, value in output.logged.items():
                losses[name] = losses.get(name, 0) + value / len(branches)
        return losses

    def predict(
            self, inputs: dict[str, Tensor],
            data_samples: list[VideoQGDataSample]) -> list[VideoQGDataSample]:
        """Answer and ground each question.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.
            data_samples (list[VideoQGDataSample]): One per sample.

        Returns:
            list[VideoQGDataSample]: With ``pred_answer``, ``pred_scores``,
            ``frame_weights`` and ``pred_span``.
        """
        output = self.ground_answers(inputs)
        mask = frame_mask_of(inputs, output.weights.transpose(1, -1))
        return write_predictions(data_samples, output.logits, output.weights,
                                 mask, self.span_decoders)

    def ground_answers(self, inputs: dict[str, Tensor]) -> GroundedCandidates:
        """The VQA branch: the query is the maximum over the candidates.

        Without choices the query is the question, as in the VQ branch.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.

        Returns:
            GroundedCandidates: Logits (B, M), feature and frame weights; of
            the question where there are no choices.
        """
        asked = inputs['choice_tokens'].shape[1] > 0
        (candidates, ) = self.encode_candidates(
            inputs, 'choice' if asked else 'question')
        frames = self.encode_frames(inputs)
        output = self.ground(frames, frame_mask_of(inputs, frames),
                             candidates, candidates.amax(dim=1))
        if self.debiasing is None or not asked:
            return output
        return output._replace(
            logits=self.debiasing.adjust(output.logits, candidates))

    def encode_video(self, inputs: dict[str, Tensor]) -> Tensor:
        """What the video encoder makes of a video, whatever is asked.

        Args:
            inputs (dict[str, Tensor]): ``frames`` and ``frame_mask``, or
                ``video``, as for :meth:`forward`.

        Returns:
            Tensor: (B, T, D).
        """
        with naming(type(self.video_encoder), 'model.video_encoder'):
            features: Tensor = self.video_encoder(
                inputs['video' if 'video' in inputs else 'frames'])
        return features

    def encode_frames(self, inputs: dict[str, Tensor]) -> Tensor:
        """Frame states x, whatever is asked.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`encode_video`, or
                ``video_features``, what that returned, or ``frame_states``,
                what this did.

        Returns:
            Tensor: (B, T, d).
        """
        if 'frame_states' in inputs:
            return inputs['frame_states']
        features = (inputs['video_features'] if 'video_features' in inputs
                    else self.encode_video(inputs))
        frames: Tensor = self.temporal_encoder(features,
                                               frame_mask_of(inputs, features))
        return frames

    def encode_candidates(self, inputs: dict[str, Tensor],
                          *kinds: str) -> list[Tensor]:
        """Embeddings of the ``'choice'`` or ``'question'`` candidates.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.
            *kinds (str): Which candidates.

        Returns:
            list[Tensor]: (B, M, d) of each kind.
        """
        return encode_texts(self.text_encoder, inputs, kinds)

    def ground(self, frames: Tensor, mask: Tensor, candidates: Tensor,
               query: Tensor) -> GroundedCandidates:
        """Weigh the frames and score the candidates, as ``grounding`` says.

        Args:
            frames (Tensor): (B, T, d) frame states.
            mask (Tensor): (B, T), True where real.
            candidates (Tensor): (B, M, d).
            query (Tensor): (B, d).

        Returns:
            GroundedCandidates: Logits, features and frame weights.
        """
        return GROUNDINGS[self.grounding](self, frames, mask, candidates,
                                          query)

"""The model: a frozen language model that grounds each candidate."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModel
from torch import Tensor

from cra_plugin.errors import InputError, naming
from cra_plugin.models.build_part import PREPROCESSOR, build_part
from cra_plugin.models.grounders.branch_losses import number_videos
from cra_plugin.models.grounders.candidate_fusion import (
    CandidateFusion,
    words_of,
)
from cra_plugin.models.grounders.frame_inputs import frame_mask_of
from cra_plugin.models.grounders.grounded_candidates import pick, targets_of
from cra_plugin.models.grounders.grounded_texts import GroundedTexts
from cra_plugin.models.grounders.predictions import write_predictions
from cra_plugin.registry import MODELS, TASK_UTILS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


@MODELS.register_module()
class FrozenBiLMGrounder(BaseModel):
    """Ask a language model of each candidate whether it is right, and where.

    The language model reads the frames before a text with [MASK] for each
    candidate, and says Yes or No there. The grounding head weighs the frames
    by a query of that text; what they give is deconfounded and added to the
    state at [MASK]. Source: CRA (arXiv 2503.07635), FrozenBiLM variant.

    Args:
        video_encoder (dict): Anything to (B, T, D'), with ``out_dim`` D'.
        language_model (dict): Frames and token ids to states of width D, and
            those at [MASK] to logits of Yes and No.
        answer_loss (dict): Loss of (B, M) log odds in the VQA branch.
        grounding_head (dict, optional): Frames and query to frame weights.
            Defaults to None: the attention that [MASK] pays to the frames in
            the last layer, the post-hoc baseline, and nothing is added.
        question_loss (dict, optional): That of the VQ branch, the weak
            supervision of grounding. Defaults to None, no VQ branch.
        causal_intervention (dict, optional): The deconfounding. Defaults to
            None.
        cma_loss (dict, optional): Alignment of video and true candidate, in
            each branch. Defaults to None.
        word_loss (dict, optional): Hidden words of the true choice, as
            :class:`MaskedWordLoss` has them. Defaults to None.
        alignment_dim (int, optional), align_inputs (bool): See
            :class:`CandidateFusion`. Default to None and False, as released.
        num_heads (int): Heads over the frame states. Defaults to 8.
        dropout (float): Dropout in that layer. Defaults to 0.1.
        pool_padding (bool): Pool words over padding too, as released.
            Defaults to False.
        mask_frames (bool): Give padded frames no weight; the released code
            does. Defaults to True.
        candidates_at_once (int, optional): How many candidates of a sample
            are read in a call, to bound memory. Defaults to None, all.
        span_decoders (dict[str, dict], optional): Decoder name to config.
            Defaults to None, no spans.
        data_preprocessor (dict, optional): Defaults to None, ours.
        init_cfg (dict, optional): Defaults to None.

    Raises:
        InputError: If a part of it is at fault.
    """

    def __init__(self,
                 video_encoder: dict[str, Any],
                 language_model: dict[str, Any],
                 answer_loss: dict[str, Any],
                 grounding_head: dict[str, Any] | None = None,
                 question_loss: dict[str, Any] | None = None,
                 causal_intervention: dict[str, Any] | None = None,
                 cma_loss: dict[str, Any] | None = None,
                 word_loss: dict[str, Any] | None = None,
                 alignment_dim: int | None = None,
                 align_inputs: bool = False,
                 num_heads: int = 8,
                 dropout: float = 0.1,
                 pool_padding: bool = False,
                 mask_frames: bool = True,
                 candidates_at_once: int | None = None,
                 span_decoders: dict[str, dict[str, Any]] | None = None,
                 data_preprocessor: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(data_preprocessor or PREPROCESSOR, init_cfg)

        def build(name: str, config: dict[str, Any] | None,
                  **defaults: int) -> Any:
            return build_part(f'model.{name}', MODELS, config, **defaults)

        self.video_encoder = build('video_encoder', video_encoder)
        feature_dim = self.video_encoder.out_dim
        self.language_model = build('language_model', language_model,
                                    feature_dim=feature_dim)
        self.language_model.freeze_unused(words=word_loss is not None)
        width = dict(d_model=self.language_model.width)
        if grounding_head is None and (causal_intervention or cma_loss
                                       or question_loss):
            raise InputError(
                'model.grounding_head', 'None, with question_loss, cma_loss '
                'or causal_intervention', 'a head, or none of the three',
                'set all of them to None')
        self.grounding_head = build('grounding_head', grounding_head, **width)
        # The grounder gives it that width.
        with naming('model.causal_intervention.front_door.feature_dim',
                    'model.video_encoder.out_dim'):
            self.causal_intervention = build(
                'causal_intervention', causal_intervention,
                feature_dim=feature_dim, **width)
        self.fusion: Any = None if grounding_head is None else CandidateFusion(
            self.language_model.width, num_heads, dropout, mask_frames,
            alignment_dim if cma_loss else None, align_inputs)
        self.answer_loss = build('answer_loss', answer_loss)
        self.question_loss = build('question_loss', question_loss)
        self.cma_loss = build('cma_loss', cma_loss)
        self.word_loss = build('word_loss', word_loss)
        self.pool_padding = pool_padding
        self.candidates_at_once = candidates_at_once
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
            inputs (dict[str, Tensor]): As :class:`VideoQuestionGrounder`
                takes them; each text has one [MASK].
            data_samples (list, optional): One per sample. Defaults to None.
            mode (str): ``'loss'``, ``'predict'`` or ``'tensor'``. Defaults
                to 'tensor'.

        Returns:
            dict | list | tuple: Losses; data samples with predictions; or
            log odds (B, M) and frame weights (B, T) of the best candidate.

        Raises:
            RuntimeError: If the mode is none of the three.
        """
        if mode == 'tensor':
            answers = self.ground_answers(inputs)
            return answers.scores, answers.chosen_weights()
        assert data_samples is not None
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            answers = self.ground_answers(inputs)
            return write_predictions(
                data_samples, answers.scores, answers.weights,
                frame_mask_of(inputs, answers.weights[:, 0]),
                self.span_decoders)
        raise RuntimeError(f'mode {mode!r} is none of loss, predict, tensor')

    def loss(self, inputs: dict[str, Tensor],
             data_samples: list[VideoQGDataSample]) -> dict[str, Tensor]:
        """Losses of the VQ branch, where configured, and the VQA branch.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.
            data_samples (list[VideoQGDataSample]): One per sample.

        Returns:
            dict[str, Tensor]: ``loss_vqa``, ``loss_vq``, ``loss_cma_vqa``,
            ``loss_cma_vq``, ``loss_words``; those that are configured. What
            the head has to log, such as ``sigma``, comes with them.
        """
        frames = self.encode_frames(inputs)
        branches = [('vqa', 'choice', 'gt_answer', self.answer_loss)]
        if self.question_loss is not None:
            branches.insert(
                0, ('vq', 'question', 'gt_question', self.question_loss))
        videos = number_videos(data_samples, frames.device)
        # A method that a head of yours needs not have.
        log_values = getattr(self.grounding_head, 'log_values', None)
        losses: dict[str, Tensor] = {}
        for branch, kind, key, criterion in branches:
            output = self.ground(frames, inputs, kind)
            target = targets_of(data_samples, key, frames)
            losses[f'loss_{branch}'] = criterion(output.scores, target)
            if self.cma_loss is not None:
                losses[f'loss_cma_{branch}'] = self.cma_loss(
                    pick(output.video, target), pick(output.text, target),
                    videos)
            for name, value in (log_values(output.query).items()
                                if log_values else ()):
                losses[name] = losses.get(name, 0) + value / len(branches)
        if self.word_loss is not None:
            losses |= self.word_loss(
                self.language_model, frames, frame_mask_of(inputs, frames),
                inputs, targets_of(data_samples, 'gt_answer', frames))
        return losses

    def encode_video(self, inputs: dict[str, Tensor]) -> Tensor:
        """What the encoder makes of ``frames`` or ``video``, (B, T, D')."""
        with naming(type(self.video_encoder), 'model.video_encoder'):
            features: Tensor = self.video_encoder(
                inputs['video' if 'video' in inputs else 'frames'])
        return features

    def encode_frames(self, inputs: dict[str, Tensor]) -> Tensor:
        """What can be computed once per video: frames before any text.

        From the first layer on they attend to all words of a candidate.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`encode_video`, or
                ``video_features``, what that returned, or ``frame_states``,
                what this did.

        Returns:
            Tensor: (B, T, D).
        """
        if 'frame_states' in inputs:
            return inputs['frame_states']
        features = (inputs['video_features'] if 'video_features' in inputs
                    else self.encode_video(inputs))
        embedded: Tensor = self.language_model.embed_frames(features)
        return embedded

    def ground_answers(self, inputs: dict[str, Tensor]) -> GroundedTexts:
        """The VQA branch; without choices the question is grounded.

        Args:
            inputs (dict[str, Tensor]): As for :meth:`forward`.

        Returns:
            GroundedTexts: Of the choices, or of the question.
        """
        asked = inputs['choice_tokens'].shape[1] > 0
        return self.ground(self.encode_frames(inputs), inputs,
                           'choice' if asked else 'question')

    def ground(self, frames: Tensor, inputs: dict[str, Tensor],
               kind: str) -> GroundedTexts:
        """Read and ground the ``'choice'`` or ``'question'`` candidates.

        Args:
            frames (Tensor): (B, T, D), of :meth:`encode_frames`.
            inputs (dict[str, Tensor]): As for :meth:`forward`.
            kind (str): Which candidates.

        Returns:
            GroundedTexts: Of all candidates.
        """
        tokens, real = inputs[f'{kind}_tokens'], inputs[f'{kind}_mask']
        mask = frame_mask_of(inputs, frames)
        words = words_of(tokens, real, self.language_model.mask_index(tokens),
                         self.pool_padding)
        step = self.candidates_at_once or tokens.shape[1]
        return GroundedTexts.joined([
            self.ground_texts(frames, mask, *(
                each[:, start:start + step] for each in (tokens, real, words)))
            for start in range(0, tokens.shape[1], step)])

    def ground_texts(self, frames: Tensor, mask: Tensor, tokens: Tensor,
                     real: Tensor, words: Tensor) -> GroundedTexts:
        """Read and ground candidates in one call of the language model.

        Args:
            frames (Tensor): (B, T, D), of :meth:`encode_frames`.
            mask (Tensor): (B, T), True where real.
            tokens (Tensor): (B, M, L) token ids.
            real (Tensor): (B, M, L), True at tokens.
            words (Tensor): (B, M, L), True at words that are pooled.

        Returns:
            GroundedTexts: Of these candidates.
        """
        batch, candidates = tokens.shape[:2]
        repeated = mask.repeat_interleave(candidates, dim=0)
        flat = tokens.flatten(0, 1)
        states = self.language_model(
            frames.repeat_interleave(candidates, dim=0), repeated, flat,
            real.flatten(0, 1), attention=self.grounding_head is None)
        index = self.language_model.mask_index(flat)
        masked = pick(states.words, index)
        if self.grounding_head is None:
            weights = pick(states.attention, index).float()
            weights = weights / weights.sum(dim=-1, keepdim=True)
            parts = [weights, weights, masked, masked, masked]
        else:
            masked, parts = self.fusion(
                states, masked, words.flatten(0, 1), repeated, batch,
                self.grounding_head, self.causal_intervention)
        return GroundedTexts(*(
            each.unflatten(0, (batch, candidates)) for each in
            (self.language_model.answer_logits(masked), *parts)))

"""A pipeline on the samples of a batch at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cra_plugin.datasets.features.stored_rows import StoredRows
from cra_plugin.datasets.sample_batch import SampleBatch
from cra_plugin.datasets.transforms.draw_question_negatives import (
    DrawQuestionNegatives,
)
from cra_plugin.datasets.transforms.pack_video_qg_inputs import (
    PackVideoQGInputs,
)
from cra_plugin.datasets.transforms.paraphrase import Paraphrase
from cra_plugin.datasets.transforms.redraw_choices import RedrawChoices
from cra_plugin.datasets.transforms.sample_feature_frames import (
    SampleFeatureFrames,
)
from cra_plugin.datasets.transforms.tokenize_text import TokenizeText

# What changes texts and looks at no frames. No subclass of it: that may.
_TEXT_STEPS = (Paraphrase, RedrawChoices, DrawQuestionNegatives)


class BatchPipeline:
    """Does to B samples what their pipeline does to one after the other.

    Args:
        sampling (SampleFeatureFrames): The first transform.
        text_steps (Sequence[Callable]): Those that change texts.
        tokenize (TokenizeText): The one before the last.
        pack (PackVideoQGInputs): The last.
    """

    def __init__(self, sampling: SampleFeatureFrames,
                 text_steps: Sequence[Callable[..., Any]],
                 tokenize: TokenizeText, pack: PackVideoQGInputs) -> None:
        self._sampling, self._text_steps = sampling, text_steps
        self._tokenize, self._pack = tokenize, pack

    @classmethod
    def of(cls, transforms: Sequence[Callable[..., Any]]
           ) -> BatchPipeline | None:
        """Take the transforms of a pipeline, where all are known.

        Args:
            transforms (Sequence[Callable]): Such as those of
                ``_base_/datasets/nextgqa.py``.

        Returns:
            BatchPipeline, optional: None if there is any other, or another
            order; what it does with a frame cannot be known.
        """
        if len(transforms) < 3:
            return None
        first, *between, tokenize, last = transforms
        if (type(first) is SampleFeatureFrames
                and all(type(step) in _TEXT_STEPS for step in between)
                and type(tokenize) is TokenizeText
                and type(last) is PackVideoQGInputs):
            return cls(first, between, tokenize, last)
        return None

    def __call__(self, samples: Sequence[dict[str, Any]],
                 stored: StoredRows) -> Sequence[dict[str, Any]]:
        """Make a batch.

        Args:
            samples (Sequence[dict]): B of what the pipeline is given, but
                for ``frames``.
            stored (StoredRows): Their frames.

        Returns:
            Sequence[dict]: B of what it returns.
        """
        steps = self._sampling.steps(stored.shape[0])
        if steps is not None:
            stored = stored.at(steps)
        frames = stored.read()
        for results in samples:
            if steps is not None:
                results['frame_times'] = results['frame_times'][steps]
            for step in self._text_steps:
                step(results)
        tokens = self._tokenize.batch(samples)
        if tokens is None:
            return [self._pack.transform(self._tokenize.transform(
                        dict(results, frames=each)))
                    for results, each in zip(samples, frames)]
        return SampleBatch({'frames': frames, **tokens}, stored,
                           [self._pack.data_sample(results)
                            for results in samples])

"""Writes simulated features for real annotations, and generated worlds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.datasets.features.feature_file import (
    read_attribute,
    write_feature_file,
)
from cra_plugin.simulation.encoded_texts import EncodedTexts
from cra_plugin.simulation.grounded_world import GroundedWorld
from cra_plugin.simulation.oracle import (
    oracle_answer,
    question_frame_weights,
)
from cra_plugin.simulation.rendered_world import (
    RenderedSettings,
    RenderedWorld,
)
from cra_plugin.simulation.simulated_features import (
    FeatureSettings,
    SimulatedFeatures,
)
from cra_plugin.simulation.word_vectors import text_vector
from cra_plugin.simulation.world_files import (
    write_rendered_world,
    write_world,
)
from cra_plugin.simulation.world_settings import WorldSettings
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.counted import counted
from cra_plugin.utils.own_files import refuse_foreign

# Of a feature file: what it was made of.
ATTRIBUTE = 'simulation'
# Texts that are encoded at a time.
_BATCH = 256


@dataclass
class SimulatedSplit:
    """What was written for a split, and how hard it is.

    The oracle knows the vector of every word: a model will not do better.

    Attributes:
        path (Path): The feature file.
        num_videos (int): Videos in it.
        num_questions (int): Questions about them. Defaults to 0.
        oracle_answers (int): Questions that the oracle answers rightly.
            Defaults to 0.
        oracle_frames (int): Questions whose spans hold the frame that the
            oracle finds most like the question. Defaults to 0.
    """

    path: Path
    num_videos: int
    num_questions: int = 0
    oracle_answers: int = 0
    oracle_frames: int = 0

    def __str__(self) -> str:
        share = 100 / max(self.num_questions, 1)
        return (f'{self.path}: {counted(self.num_videos, "video")}, '
                f'{counted(self.num_questions, "question")}; '
                f'the oracle answers {share * self.oracle_answers:.1f} % '
                'and finds a right frame for '
                f'{share * self.oracle_frames:.1f} %')


def simulate_features(annotations: str | Path,
                      splits: Sequence[str],
                      out: str | Path,
                      settings: FeatureSettings,
                      dtype: str = 'float32',
                      dataset: str = 'nextgqa',
                      overwrite: bool = False,
                      event_encoder: str | None = None
                      ) -> list[SimulatedSplit]:
    """Write simulated frame features for splits of a data set.

    Args:
        annotations (str | Path): Folder of ``{split}.csv``,
            ``gsub_{split}.json`` and, if any, ``frame2time_{split}.json``;
            of ``STAR_{split}.json`` and ``STAR_videos.json`` for STAR.
        splits (Sequence[str]): The splits; they must have spans.
        out (str | Path): Folder of the ``features_{split}.h5`` to write, in
            the layout of NExT-GQA's own feature files.
        settings (FeatureSettings): How the features look.
        dtype (str): ``'float32'`` or ``'float16'``. Defaults to 'float32'.
        dataset (str): The format of the annotations, see
            :mod:`~cra_plugin.annotations.formats`. Defaults to 'nextgqa'.
        overwrite (bool): Replace features that were not simulated so.
            Defaults to False.
        event_encoder (str, optional): Folder or hub name of a pretrained text
            encoder, in whose space events look. Then splits that belong
            together are simulated together. Defaults to None: words are
            random vectors.

    Returns:
        list[SimulatedSplit]: What was written, a split each.

    Raises:
        InputError: If annotations are missing or malformed, or other
            features would be replaced.
    """
    for split in splits:
        refuse_foreign(
            Path(out) / f'features_{split}.h5',
            lambda path: read_attribute(path, ATTRIBUTE) is not None,
            overwrite)
    found = {split: find_annotations(dataset, annotations, split)
             for split in splits}
    look = text_vector if event_encoder is None else _encode(
        [question for each in found.values() for question in each.questions],
        event_encoder)
    made_of = asdict(settings) | (
        {} if event_encoder is None else {'event_encoder': event_encoder})
    written = []
    for split, annotation_set in found.items():
        simulation = SimulatedFeatures(
            annotation_set.questions, annotation_set.frame_times, settings,
            look)
        report = SimulatedSplit(
            Path(out) / f'features_{split}.h5', len(simulation))
        features = track(
            _observe(simulation, report), f'Simulating {split}',
            len(simulation), console=Console(stderr=True), transient=True)
        write_feature_file(
            report.path, features,
            (len(simulation), settings.num_frames, settings.feature_dim),
            dtype, attributes={ATTRIBUTE: json.dumps(made_of)})
        written.append(report)
    return written


def _encode(questions: Sequence[VideoQuestion], name: str) -> EncodedTexts:
    """Encode what is asked and all that could be answered."""
    # Imports transformers, which random words need not.
    from cra_plugin.causal_features.hugging_face_encoder import (
        HuggingFaceNodeEncoder,
    )
    encoder = HuggingFaceNodeEncoder(name, field='--event-encoder')
    texts = sorted({text for question in questions
                    for text in (question.question, *question.choices)})
    batches = [texts[start:start + _BATCH]
               for start in range(0, len(texts), _BATCH)]
    return EncodedTexts(texts, np.concatenate([
        encoder.encode(batch) for batch in track(
            batches, 'Encoding texts', console=Console(stderr=True),
            transient=True)]))


def _observe(simulation: SimulatedFeatures,
             report: SimulatedSplit) -> Iterator[tuple[str, np.ndarray]]:
    """Pass the features on while the oracle answers the questions."""
    for video_id, frames in simulation:
        times = simulation.times(video_id)
        for question in simulation.questions(video_id):
            weights = question_frame_weights(
                frames, question.question, simulation.look)
            answer = oracle_answer(frames, weights, question.choices,
                                   simulation.look)
            peak = times[weights.argmax()]
            report.num_questions += 1
            report.oracle_answers += answer == question.answer
            report.oracle_frames += any(
                start <= peak <= end for start, end in question.spans)
        yield video_id, frames


def simulate_world(out: str | Path, settings: WorldSettings,
                   overwrite: bool = False) -> dict[str, int]:
    """Write a generated world: annotations and frame features.

    Args:
        out (str | Path): The folder to write; see
            :func:`~cra_plugin.simulation.world_files.write_world`.
        settings (WorldSettings): How the world looks.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        dict[str, int]: Split to its number of questions.

    Raises:
        InputError: If a file that is no world's would be replaced.
    """
    return write_world(GroundedWorld(settings), out, overwrite)


def render_world(out: str | Path, settings: RenderedSettings,
                 overwrite: bool = False) -> dict[str, int]:
    """Write a rendered world: annotations and videos.

    Args:
        out (str | Path): The folder to write; see :func:`~cra_plugin.
            datasets.simulation.world_files.write_rendered_world`.
        settings (RenderedSettings): How the world looks.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        dict[str, int]: Split to its number of questions.

    Raises:
        InputError: If a file that is no world's would be replaced.
    """
    return write_rendered_world(RenderedWorld(settings), out, overwrite)

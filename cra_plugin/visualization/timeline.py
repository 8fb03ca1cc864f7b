"""Pictures of what was answered, and which seconds prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cra_plugin.structures.filmstrip import Filmstrip
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.utils.counted import counted
from cra_plugin.visualization.candidate_block import CandidateRows
from cra_plugin.visualization.filmstrip_block import Thumbnails
from cra_plugin.visualization.palette import FAINT, INK
from cra_plugin.visualization.question_block import (
    SIGNS,
    Choices,
    Gap,
    TextBlock,
    choice_color,
    choice_letter,
)
from cra_plugin.visualization.sheet import SMALL, Block, Sheet
from cra_plugin.visualization.span_block import SpanRows, decoder_color
from cra_plugin.visualization.type_names import spell_out
from cra_plugin.visualization.weight_block import Weights

# Points.
TITLE = 15
SUBTITLE = 12
# Pixels an inch: 2000 pixels wide.
DPI = 200
# Inches, within an answer and between two.
GAP, WIDE_GAP = 0.2, 0.4


@dataclass(frozen=True, eq=False)
class DrawnAnswer:
    """An answer, and what is drawn with it.

    Attributes:
        answer (GroundedAnswer): The question and what was predicted.
        decoder (str): The main decoder. Defaults to '': the last.
        filmstrip (Filmstrip, optional): Frames of the video. Defaults to
            None.
        model (str): Who answers, where several do. Defaults to ''.
    """

    answer: GroundedAnswer
    decoder: str = ''
    filmstrip: Filmstrip | None = None
    model: str = ''

    @property
    def main(self) -> str:
        """The main decoder; '' where there is none."""
        names = list(self.answer.spans)
        return self.decoder if self.decoder in names else (
            names[-1] if names else '')


def draw_timeline(answer: GroundedAnswer | DrawnAnswer, path: str | Path,
                  dpi: int = DPI) -> None:
    """Draw an answer, 10 inches wide.

    From top to bottom: the question, its choices with the right and the
    predicted one marked, the frame weights over time, the ground truth and
    the span of each decoder with IoP and IoU, frames of the video, and how
    every choice is grounded, where each is by itself.

    Args:
        answer (GroundedAnswer | DrawnAnswer): What to draw.
        path (str | Path): The file to write: ``.png``, ``.pdf`` or
            ``.svg``.
        dpi (int): Pixels an inch, of PNG. Defaults to 200.

    Raises:
        InputError: If the format is none of these.
    """
    drawn = answer if isinstance(answer, DrawnAnswer) else DrawnAnswer(answer)
    Sheet(timeline_blocks(drawn)).save(path, dpi)


def draw_questions(answers: Sequence[DrawnAnswer], path: str | Path,
                   dpi: int = DPI) -> None:
    """Draw several questions of one video, one below the other.

    Args:
        answers (Sequence[DrawnAnswer]): N answers.
        path (str | Path): As for :func:`draw_timeline`.
        dpi (int): As there. Defaults to 200.

    Raises:
        InputError: As there.
    """
    video = answers[0].answer.question.video_id
    blocks: list[Block] = [
        TextBlock(f'video {video}  ·  {counted(len(answers), "question")}',
                  SMALL, FAINT)]
    for drawn in answers:
        blocks += [Gap(WIDE_GAP),
                   *_question(drawn, SUBTITLE, with_video=False),
                   *_evidence(drawn)]
    Sheet(blocks).save(path, dpi)


def draw_models(answers: Sequence[DrawnAnswer], path: str | Path,
                dpi: int = DPI) -> None:
    """Draw what several models answer to one question.

    Args:
        answers (Sequence[DrawnAnswer]): N answers, with names of models.
        path (str | Path): As for :func:`draw_timeline`.
        dpi (int): As there. Defaults to 200.

    Raises:
        InputError: As there.
    """
    first = answers[0]
    blocks = _question(first, TITLE, with_prediction=False)
    for drawn in answers:
        predicted, question = drawn.answer.predicted, drawn.answer.question
        text, color = drawn.model, INK
        if predicted >= 0:
            letter = choice_letter(predicted, len(question.choices))
            color = choice_color(predicted, question.answer, predicted)
            sign = SIGNS.get(color, '')
            text = (f'{sign} {text}: {letter} '
                    f'{question.choices[predicted]}'.strip())
            if drawn.answer.scores is not None:
                text += f'  ({100 * drawn.answer.scores[predicted]:.1f} %)'
        blocks += [Gap(WIDE_GAP), TextBlock(text, SUBTITLE, color, 'bold'),
                   *_evidence(drawn)]
    Sheet(blocks).save(path, dpi)


def timeline_blocks(drawn: DrawnAnswer) -> list[Block]:
    """Give what is on a picture of one answer.

    Args:
        drawn (DrawnAnswer): The answer.

    Returns:
        list[Block]: From top to bottom.
    """
    return [*_question(drawn, TITLE), Gap(GAP / 2), *_evidence(drawn)]


def _question(drawn: DrawnAnswer, size: float, with_video: bool = True,
              with_prediction: bool = True) -> list[Block]:
    """The question and its choices."""
    question = drawn.answer.question
    parts = [f'video {question.video_id}'] * with_video
    parts.append(f'question {question.qid}')
    parts += [spell_out(question.type)] * bool(question.type)
    parts += [drawn.model] * bool(drawn.model and with_prediction)
    blocks: list[Block] = [
        TextBlock('  ·  '.join(parts), SMALL, FAINT), Gap(0.04),
        TextBlock(question.question, size, INK, 'bold')]
    if question.choices:
        blocks += [Gap(GAP / 2), Choices(drawn.answer, with_prediction)]
    return blocks


def _evidence(drawn: DrawnAnswer) -> list[Block]:
    """Weights, spans and frames, under one time axis."""
    answer = drawn.answer
    blocks: list[Block] = []
    if answer.frame_weights is not None:
        blocks += [Gap(GAP / 2), Weights(answer)]
    if answer.spans or answer.question.spans:
        blocks.append(SpanRows(answer, drawn.main))
    if drawn.filmstrip is not None:
        span = answer.spans.get(drawn.main)
        color = decoder_color(list(answer.spans), drawn.main) if span else INK
        blocks.append(Thumbnails(drawn.filmstrip, answer.duration, span,
                                 color))
    if answer.candidate_weights is not None:
        blocks += [Gap(GAP), CandidateRows(answer, drawn.main)]
    return blocks

"""The page on which a video is uploaded and questions about it are asked."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.apis.grounding_result import GroundingResult
from cra_plugin.apis.result_files import write_results
from cra_plugin.errors import InputError

TITLE = 'Ask a video'
HELP = ('Which choice is right, and which seconds show it. A video that the '
        'browser cannot play is answered all the same.')
# Pixels of the videos.
HEIGHT = 300
# Seconds between two looks for uploads and answers that are older than that.
KEPT = 86400

# Answer, seconds, probabilities, picture, clip.
Shown = tuple[str, str, dict[str, float] | None, str | None, str | None]


def build_app(inferencer: GroundingInferencer) -> Any:
    """Build the page; its endpoint ``/ask`` is for programs.

    Args:
        inferencer (GroundingInferencer): Who answers.

    Returns:
        gradio.Blocks: The page, to be launched.
    """
    import gradio

    def ask(video: str | None, question: str,
            choices: str) -> Iterator[Shown]:
        try:
            yield from answer(inferencer, video, question, choices)
        except InputError as error:
            # It is shown as HTML.
            raise gradio.Error(html.escape(str(error), quote=False),
                               print_exception=False) from None

    with gradio.Blocks(title=TITLE, analytics_enabled=False,
                       delete_cache=(KEPT, KEPT)) as app:
        gradio.Markdown(f'# {TITLE}\n{HELP}')
        with gradio.Row():
            with gradio.Column():
                given = [
                    gradio.Video(label='Video', sources=['upload'],
                                 height=HEIGHT),
                    gradio.Textbox(label='Question', max_lines=3),
                    gradio.Textbox(
                        label='Choices', lines=5, info='One per line, two or '
                        'more. None: the seconds alone.')
                ]
                button = gradio.Button('Ask', variant='primary')
            with gradio.Column():
                shown = [
                    gradio.Textbox(label='Answer', interactive=False),
                    gradio.Textbox(label='Seconds', interactive=False),
                    gradio.Label(label='Probabilities'),
                    # Without the button that shares it with others.
                    gradio.Image(label='Picture', type='filepath',
                                 show_label=False, interactive=False,
                                 buttons=['download', 'fullscreen'],
                                 render=False),
                    gradio.Video(label='Clip', interactive=False,
                                 height=HEIGHT, buttons=['download'])
                ]
        shown[3].render()
        button.click(ask, given, shown, api_name='ask')
        given[1].submit(ask, given, shown, api_visibility='private')
    return app


def answer(inferencer: GroundingInferencer, video: str | None, question: str,
           choices: str) -> Iterator[Shown]:
    """Answer a question once.

    Args:
        inferencer (GroundingInferencer): Who answers.
        video (str, optional): The uploaded file.
        question (str): The question.
        choices (str): One per line.

    Yields:
        Shown: What is shown; its files are there until one asks for more.

    Raises:
        InputError: If the video, the question or a choice is none.
    """
    if not video:
        raise InputError('the video', 'none', 'a file', 'upload one')
    found = inferencer(video, question.strip(), read_choices(choices))
    assert isinstance(found, GroundingResult)
    with TemporaryDirectory() as folder:
        write_results(video, None, [found], folder, copy=False)
        picture, clip = (
            str(path) if path.is_file() else None
            for path in (Path(folder, 'timeline.png'),
                         Path(folder, 'clip.mp4')))
        yield *describe(found), picture, clip


def describe(result: GroundingResult) -> tuple[
        str, str, dict[str, float] | None]:
    """Put a result into words.

    Args:
        result (GroundingResult): The result.

    Returns:
        tuple: Answer, seconds, and choice to probability.
    """
    start, end = result.span
    seconds = f'{start:.1f} to {end:.1f} of {result.duration or 1:.1f}'
    if result.answer is None:
        return 'no choices were given', seconds, None
    return result.answer, seconds, dict(zip(
        result.choices, result.probabilities))


def read_choices(text: str) -> list[str] | None:
    """Read the choices off the page.

    Args:
        text (str): One per line; empty lines are none.

    Returns:
        list[str], optional: The choices; None where there are none.

    Raises:
        InputError: If one is there twice.
    """
    choices = [line.strip() for line in text.splitlines() if line.strip()]
    twice = next((each for each in choices if choices.count(each) > 1), None)
    if twice is not None:
        raise InputError('the choices', f'{twice!r} twice', 'each once')
    return choices or None

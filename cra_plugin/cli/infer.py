"""Ask a question about a video.

Example:
    python tools/infer.py party.mp4 "why does the boy clap?"
        --choices "to sing" "he is happy" "he is cold" --out answer
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cra_plugin.annotations.asked_questions import (
    AskedQuestion,
    read_asked_questions,
)
from cra_plugin.cli.inferencer_arguments import (
    add_inferencer_options,
    build_inferencer,
    check_inferencer_options,
)
from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted
from cra_plugin.version import __version__

if TYPE_CHECKING:
    from cra_plugin.apis.grounding_result import GroundingResult


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description='Ask a question about a video: which choice is right, '
        'and which seconds show it. Without --config by CLIP alone, which '
        'nothing has been trained for.')
    parser.add_argument('video', help='video file, or folder of its frames')
    parser.add_argument('question', nargs='?', help='the question')
    parser.add_argument(
        '--choices', nargs='+', metavar='TEXT', help='possible answers, two '
        'or more. Defaults to none: the seconds of the question alone.')
    parser.add_argument(
        '--questions', metavar='FILE', help='in place of QUESTION: .txt with '
        'one per line, or .csv, .json, .jsonl with question and choices')
    add_inferencer_options(parser)
    parser.add_argument('--fps', type=float, metavar='X', help='frames a '
                        'second, of a folder of frames')
    parser.add_argument(
        '--features', metavar='FILE', help='h5 file of frame features that '
        'the model takes; VIDEO is an identifier in it')
    parser.add_argument('--duration', type=float, metavar='X', help='seconds '
                        'of VIDEO, where FILE does not say')
    parser.add_argument('--out', metavar='DIR', help='write result.json, '
                        'and the picture and clip of every span there')
    parser.add_argument('--json', action='store_true',
                        help='print one JSON object')
    return parser.parse_args()


def read_questions(args: argparse.Namespace) -> list[AskedQuestion]:
    """Give what is asked, before anything heavy is done."""
    if args.features is None and (
            not args.video or not Path(args.video).exists()):
        raise InputError(args.video or 'VIDEO', 'no such file',
                         'a video, or a folder of its frames')
    if (args.question is None) == (args.questions is None):
        raise InputError(
            'the question', 'none' if args.question is None else
            'QUESTION and --questions', 'one of the two',
            'infer.py VIDEO "why ...?" --choices A B C')
    if args.fps is not None and not Path(args.video).is_dir():
        raise InputError('--fps', f'{args.fps:g}, while {args.video} is no '
                         'folder', 'frames per second of a folder of frames',
                         'leave it out: a file tells its times')
    if args.duration is not None and not (
            args.features and 0 < args.duration < math.inf):
        raise InputError(
            '--duration', f'{args.duration:g}' + (
                '' if args.features else ' without --features'),
            'the seconds of a video of --features',
            'leave it out: a video tells its own')
    check_inferencer_options(args)
    if args.questions:
        return read_asked_questions(args.questions)
    return [(args.question, None)]


def print_result(result: GroundingResult, many: bool) -> None:
    """Say the answer and its seconds in two lines."""
    if many:
        print(result.question)
    if result.answer is not None:
        assert result.answer_index is not None
        chance = result.probabilities[result.answer_index]
        print(f'answer: {result.answer} ({100 * chance:.1f} %)')
    start, end = result.span
    if result.duration is None:
        print(f'percent of the video: {100 * start:.1f} to {100 * end:.1f} '
              '(seconds need --duration)')
    else:
        print(f'seconds: {start:.1f} to {end:.1f} of {result.duration:.1f}')


def main() -> None:
    """Answer."""
    args = parse_args()
    asked = read_questions(args)
    print(f'cra_plugin {__version__}: '
          f'{counted(len(asked), "question")} about '
          f'{Path(args.video).name}', file=sys.stderr, flush=True)
    from cra_plugin.apis.ask_video import ask_video
    from cra_plugin.apis.result_files import describe_results
    results = ask_video(build_inferencer(args), args.video, asked,
                        args.choices, args.fps, args.out, args.features,
                        args.duration)
    if args.json:
        print(json.dumps(describe_results(args.video, results)))
        return
    for result in results:
        print_result(result, len(results) > 1)
    if args.out:
        print(f'written to {args.out}')

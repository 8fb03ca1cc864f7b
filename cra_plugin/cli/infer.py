"""Ask a question about a video.

Example:
    python tools/infer.py party.mp4 "why does the boy clap?"
        --choices "to sing" "he is happy" "he is cold" --out answer
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cra_plugin.annotations.asked_questions import (
    AskedQuestion,
    read_asked_questions,
)
from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.cli.shipped_configs import shipped_configs
from cra_plugin.errors import InputError
from cra_plugin.version import __version__

if TYPE_CHECKING:
    from cra_plugin.apis.grounding_inferencer import GroundingInferencer
    from cra_plugin.apis.grounding_result import GroundingResult

ZERO_SHOT = 'zeroshot_clip.py'


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
    group = parser.add_argument_group('model')
    group.add_argument('--config', help='config of a trained model')
    group.add_argument('--checkpoint', metavar='FILE', help='its weights')
    group.add_argument('--model', metavar='NAME', help='of open_clip, without '
                       '--config. Defaults to ViT-L-14.')
    group.add_argument('--pretrained', metavar='TAG_OR_FILE',
                       help='its weights. Defaults to openai.')
    group.add_argument('--device', help='device of torch. Defaults to cuda '
                       'where there is one, else cpu.')
    add_config_options(parser)
    parser.add_argument('--fps', type=float, metavar='X', help='frames a '
                        'second, of a folder of frames')
    parser.add_argument('--out', metavar='DIR', help='write result.json, '
                        'and the picture and clip of every span there')
    parser.add_argument('--json', action='store_true',
                        help='print one JSON object')
    parser.add_argument(
        '--cache', metavar='DIR', help='where features of videos are kept. '
        "Defaults to the user's cache folder.")
    parser.add_argument('--no-cache', action='store_true',
                        help='keep no features')
    return parser.parse_args()


def read_questions(args: argparse.Namespace) -> list[AskedQuestion]:
    """Give what is asked, before anything heavy is done."""
    if not Path(args.video).exists():
        raise InputError(args.video, 'no such file',
                         'a video, or a folder of its frames')
    if (args.question is None) == (args.questions is None):
        raise InputError(
            'the question', 'none' if args.question is None else
            'QUESTION and --questions', 'one of the two',
            'infer.py VIDEO "why ...?" --choices A B C')
    if args.checkpoint and not args.config:
        raise InputError('--checkpoint', 'no --config', 'the config that the '
                         'training left beside its checkpoints',
                         'pass --config FILE')
    if args.config and (args.model or args.pretrained):
        raise InputError('--model', 'with --config', 'one of the two',
                         'change the config by --cfg-options')
    if args.questions:
        return read_asked_questions(args.questions)
    return [(args.question, None)]


def build_inferencer(args: argparse.Namespace) -> GroundingInferencer:
    """Load the model that the options ask for."""
    from cra_plugin.apis.grounding_inferencer import GroundingInferencer
    from cra_plugin.feature_extraction.feature_cache import default_cache

    options = dict(args.cfg_options or {})
    for name in ('model', 'pretrained'):
        if getattr(args, name):
            options[f'model.text_encoder.{name}'] = getattr(args, name)
    return GroundingInferencer(
        args.config or str(shipped_configs() / ZERO_SHOT), args.checkpoint,
        args.device, options,
        cache=None if args.no_cache else args.cache or default_cache(),
        progress=True)


def print_result(result: GroundingResult, many: bool) -> None:
    """Say the answer and its seconds in two lines."""
    if many:
        print(result.question)
    if result.answer is not None:
        assert result.answer_index is not None
        chance = result.probabilities[result.answer_index]
        print(f'answer: {result.answer} ({100 * chance:.1f} %)')
    start, end = result.span
    print(f'seconds: {start:.1f} to {end:.1f} of {result.duration or 1:.1f}')


def main() -> None:
    """Answer."""
    args = parse_args()
    asked = read_questions(args)
    print(f'cra_plugin {__version__}: {len(asked)} question(s) about '
          f'{Path(args.video).name}', file=sys.stderr, flush=True)
    from cra_plugin.apis.ask_video import ask_video
    from cra_plugin.apis.result_files import describe_results
    results = ask_video(build_inferencer(args), args.video, asked,
                        args.choices, args.fps, args.out)
    if args.json:
        print(json.dumps(describe_results(args.video, results)))
        return
    for result in results:
        print_result(result, len(results) > 1)
    if args.out:
        print(f'written to {args.out}')

"""Measure how fast this machine does what the tools do.

Example:
    python tools/analysis_tools/benchmark.py extract --videos clips
        --model ViT-B-32 --pretrained openai --decoder pyav decord
    python tools/analysis_tools/benchmark.py train configs/cra_nextgqa.py
        --amp --cfg-options compile=True
    python tools/analysis_tools/benchmark.py estimate --amp
        configs/cra_frozenbilm_nextgqa.py
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable

from cra_plugin.cli.prediction_arguments import add_annotation_options
from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parts = parser.add_subparsers(dest='part', required=True)
    _add_extract(parts.add_parser(
        'extract', help='features from videos, against a plain loop'))
    _add_decode(parts.add_parser(
        'decode', help='CPU milliseconds for the frames of a video'))
    _add_train(parts.add_parser('train', help='iterations of a training'))
    _add_speed(parts.add_parser(
        'speed', help='training, inference and span decoders against '
        'a plain way to do the same: name, ratio, plain, ours, unit'))
    _add_data(parts.add_parser(
        'data', help='samples/s of the data of a training, by the clock and '
        'by CPU time, against a plain way: name, ratio, plain, ours, unit'))
    _add_evaluation(parts.add_parser(
        'evaluation', help='decoders, metrics and priors against a loop over '
        'questions: name, ratio, plain, ours, unit'))
    _add_grounding(parts.add_parser(
        'grounding', help='a training step without its encoders'))
    _add_estimate(parts.add_parser(
        'estimate', help='a training step of a large language model, '
        'without running it'))
    return parser.parse_args()


def _add_train(train: argparse.ArgumentParser) -> None:
    """Add the options of the part ``train``."""
    train.add_argument('config', help='config file')
    _add_amp(train)
    train.add_argument('--iterations', type=int, default=10, metavar='N',
                       help='how many are timed. Defaults to 10.')
    train.add_argument('--warm-up', type=int, default=2, metavar='N',
                       help='how many run before. Defaults to 2.')
    add_config_options(train)


def _add_speed(speed: argparse.ArgumentParser) -> None:
    """Add the options of the part ``speed``."""
    speed.add_argument('config', help='config file')
    speed.add_argument('--steps', type=int, default=3, metavar='N',
                       help='how many batches are timed. Defaults to 3.')
    _add_amp(speed)
    add_config_options(speed)


def _add_data(data: argparse.ArgumentParser) -> None:
    """Add the options of the part ``data``."""
    data.add_argument('config', help='config file')
    data.add_argument('--workers', type=int, default=2, metavar='N',
                      help='of the data loader. Defaults to 2.')
    data.add_argument('--rounds', type=int, default=3, metavar='N',
                      help='epochs that count. Defaults to 3.')
    add_config_options(data)


def _add_evaluation(evaluation: argparse.ArgumentParser) -> None:
    """Add the options of the part ``evaluation``."""
    add_annotation_options(evaluation)
    evaluation.add_argument('--rounds', type=int, default=5, metavar='N',
                            help='that are timed. Defaults to 5.')
    evaluation.add_argument('--loop-questions', type=int, default=500,
                            metavar='N', help='at most, of the loop. '
                            'Defaults to 500.')


def _add_amp(part: argparse.ArgumentParser) -> None:
    """Add the option of mixed precision."""
    part.add_argument('--amp', nargs='?', const='bf16',
                      choices=['bf16', 'fp16'], help='mixed precision')


def _add_estimate(estimate: argparse.ArgumentParser) -> None:
    """Add the options of the part ``estimate``."""
    estimate.add_argument('config', help='config file')
    _add_amp(estimate)
    estimate.add_argument('--text-length', type=int, default=40, metavar='N',
                          help='tokens of a candidate. Defaults to 40.')
    estimate.add_argument('--choices', type=int, default=5, metavar='N',
                          help='candidates of a question. Defaults to 5.')
    estimate.add_argument('--tflops', type=float, default=312., metavar='X',
                          help='of the accelerator, at most. Defaults to '
                          '312, an A100 in 16 bits.')
    estimate.add_argument('--utilization', type=float, default=.4,
                          metavar='X', help='how much of that is reached. '
                          'Defaults to 0.4.')
    add_config_options(estimate)


def _add_extract(extract: argparse.ArgumentParser) -> None:
    """Add the options of the part ``extract``."""
    extract.add_argument('--videos', required=True, metavar='DIR',
                         help='folder of videos that can be read')
    extract.add_argument('--model', default='ViT-L-14', metavar='NAME')
    extract.add_argument('--pretrained', default='openai',
                         metavar='TAG_OR_FILE')
    extract.add_argument('--device', default='cpu', help='Defaults to cpu.')
    extract.add_argument('--decoder', nargs='+', metavar='NAME',
                         help='Defaults to all that are installed.')
    extract.add_argument('--workers', type=int, metavar='N',
                         default=os.cpu_count(),
                         help='threads that decode')
    extract.add_argument('--batch-videos', type=int, default=4, metavar='N',
                         help='Defaults to 4.')
    extract.add_argument('--repeat', type=int, default=1, metavar='N',
                         help='take every video N times. Defaults to 1.')
    extract.add_argument('--rounds', type=int, default=3, metavar='N',
                         help='Defaults to 3.')
    extract.add_argument('--processes', type=int, metavar='N', help='time N '
                         'processes of one thread against one, by pyav')


def _add_decode(decode: argparse.ArgumentParser) -> None:
    """Add the options of the part ``decode``."""
    decode.add_argument('--videos', required=True, metavar='DIR',
                        help='folder of videos')
    decode.add_argument('--decoder', nargs='+', metavar='NAME',
                        help='Defaults to all that are installed.')
    decode.add_argument('--num-frames', type=int, default=32, metavar='N',
                        help='of a video. Defaults to 32.')
    decode.add_argument('--rounds', type=int, default=5, metavar='N',
                        help='Defaults to 5.')


def _add_grounding(grounding: argparse.ArgumentParser) -> None:
    """Add the options of the part ``grounding``."""
    grounding.add_argument('configs', nargs='+', metavar='CONFIG',
                           help='the first is what the others are told by')
    for name, value, words in (('batch-size', 64, 'questions of a step'),
                               ('num-frames', 32, 'of a video'),
                               ('num-choices', 5, 'of a question'),
                               ('rounds', 20, 'that are timed')):
        grounding.add_argument(f'--{name}', type=int, default=value,
                               metavar='N', help=f'{words}. Defaults to '
                               f'{value}.')
    add_config_options(grounding)


def main() -> None:
    """Measure and print."""
    args = parse_args()
    {'extract': _extract, 'decode': _decode, 'train': _train, 'speed': _speed,
     'data': _data, 'evaluation': _evaluation, 'grounding': _grounding,
     'estimate': _estimate}[args.part](args)


def _train(args: argparse.Namespace) -> None:
    """Print what an iteration costs."""
    from cra_plugin.apis.benchmark_training import benchmark_training
    print(benchmark_training(args.config, args.iterations, args.warm_up,
                             args.amp, args.cfg_options))


def _speed(args: argparse.Namespace) -> None:
    """Print one line per figure."""
    from cra_plugin.apis.benchmark_speed import benchmark_speed
    _print_figures(benchmark_speed(args.config, args.steps, args.amp,
                                   args.cfg_options))


def _data(args: argparse.Namespace) -> None:
    """Print one line per figure."""
    from cra_plugin.apis.benchmark_data import benchmark_data
    _print_figures(benchmark_data(args.config, args.workers, args.rounds,
                                  args.cfg_options))


def _evaluation(args: argparse.Namespace) -> None:
    """Print one line."""
    from cra_plugin.apis.benchmark_evaluation import benchmark_evaluation
    _print_figures([
        benchmark_evaluation(args.annotations, args.dataset, args.split,
                             args.rounds, args.loop_questions)])


def _print_figures(figures: Iterable[object]) -> None:
    """Print one line per figure, the names of the columns to stderr."""
    for number, figure in enumerate(figures):
        if not number:
            print('columns: name, ratio, plain, ours, unit', file=sys.stderr)
        print(figure, flush=True)


def _estimate(args: argparse.Namespace) -> None:
    """Print what a step of a large model would cost."""
    from cra_plugin.apis.estimate_training import estimate_training
    print(estimate_training(
        args.config, args.amp, args.text_length, args.choices, args.tflops,
        args.utilization, args.cfg_options))


def _grounding(args: argparse.Namespace) -> None:
    """Print one line per config."""
    from cra_plugin.apis.benchmark_grounding import benchmark_grounding
    costs = benchmark_grounding(
        args.configs, args.batch_size, args.num_frames, args.num_choices,
        args.rounds, args.cfg_options)
    base = costs[args.configs[0]]
    for config, cost in costs.items():
        print(f'{config}: {cost:.0f} ms, {cost / base:.2f}x')


def _decode(args: argparse.Namespace) -> None:
    """Print one line per video."""
    from cra_plugin.annotations.video_search import VideoSearch
    from cra_plugin.apis.benchmark_decoding import benchmark_decoding
    from cra_plugin.feature_extraction.sampled_video import FrameSampling
    from cra_plugin.feature_extraction.video_reader import installed_decoders

    costs = benchmark_decoding(
        VideoSearch(args.videos).all(), args.decoder or installed_decoders(),
        FrameSampling(args.num_frames), args.rounds)
    for video, by_decoder in costs.items():
        words = ('refuses' if cost is None else f'{cost:.0f} ms'
                 for cost in by_decoder.values())
        print(f'{video}: ' + ', '.join(
            map(' '.join, zip(by_decoder, words))))


def _extract(args: argparse.Namespace) -> None:
    """Print one line per decoder."""
    from cra_plugin.annotations.video_search import VideoSearch
    from cra_plugin.apis.benchmark_extraction import benchmark_extraction
    from cra_plugin.feature_extraction.extraction import Extraction
    from cra_plugin.feature_extraction.open_clip_frame_encoder import (
        OpenCLIPFrameEncoder,
    )
    from cra_plugin.feature_extraction.sampled_video import FrameSampling
    from cra_plugin.feature_extraction.video_reader import (
        find_decoder,
        installed_decoders,
    )

    for name in ('workers', 'batch_videos', 'repeat', 'rounds', 'processes'):
        value = getattr(args, name)
        if value is not None and value < 1:
            raise InputError(f'--{name.replace("_", "-")}', str(value),
                             'a whole number of at least 1')
    paths = VideoSearch(args.videos).all() * args.repeat
    if args.processes is not None:
        from functools import partial

        from cra_plugin.apis.benchmark_processes import benchmark_processes
        print(f'{counted(len(paths), "video")},', benchmark_processes(
            paths, partial(OpenCLIPFrameEncoder, args.model, args.pretrained,
                           args.device), args.processes, args.rounds))
        return
    encoder = OpenCLIPFrameEncoder(args.model, args.pretrained, args.device)
    for name in args.decoder or installed_decoders():
        extraction = Extraction(encoder, find_decoder(name), FrameSampling(),
                                args.batch_videos, args.workers)
        print(f'{name}, {counted(len(paths), "video")}: '
              f'{benchmark_extraction(extraction, paths, args.rounds)}',
              flush=True)

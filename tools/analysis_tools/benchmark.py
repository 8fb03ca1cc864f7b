"""Measure how fast this machine does what the tools do.

Example:
    python tools/analysis_tools/benchmark.py extract --videos clips
        --model ViT-B-32 --pretrained openai --decoder decord pyav opencv
"""

from __future__ import annotations

import argparse
import os

from cra_plugin.apis.command_line import run_tool


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parts = parser.add_subparsers(dest='part', required=True)
    extract = parts.add_parser(
        'extract', help='features from videos, against a plain loop')
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
    return parser.parse_args()


def main() -> None:
    """Measure and print a line a decoder."""
    args = parse_args()
    from cra_plugin.apis.benchmark_extraction import benchmark_extraction
    from cra_plugin.feature_extraction.extraction import Extraction
    from cra_plugin.feature_extraction.open_clip_frame_encoder import (
        OpenCLIPFrameEncoder,
    )
    from cra_plugin.feature_extraction.sampled_video import FrameSampling
    from cra_plugin.feature_extraction.video_files import all_videos
    from cra_plugin.feature_extraction.video_reader import (
        find_decoder,
        installed_decoders,
    )

    paths = all_videos(args.videos) * args.repeat
    encoder = OpenCLIPFrameEncoder(args.model, args.pretrained, args.device)
    for name in args.decoder or installed_decoders():
        extraction = Extraction(encoder, find_decoder(name), FrameSampling(),
                                args.batch_videos, args.workers)
        print(f'{name}, {len(paths)} videos: '
              f'{benchmark_extraction(extraction, paths, args.rounds)}',
              flush=True)


if __name__ == '__main__':
    run_tool(main)

"""Draw what models answered, and which seconds they name.

Example:
    python tools/analysis_tools/draw_timelines.py preds.json
        --annotations data/nextgqa --split test --videos data/nextgqa/videos
        --grid video --out pictures
"""

from __future__ import annotations

import argparse

from cra_plugin.annotations.formats import FORMATS as DATASETS
from cra_plugin.errors import InputError
from cra_plugin.spans.decoding_preset import DECODERS, PRESETS


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument(
        'predictions', nargs='+', metavar='PREDICTIONS',
        help='answers as tools/test.py --dump writes them, a file for each '
        'model; the weights or spans beside it are drawn too')
    parser.add_argument('--annotations', required=True, metavar='DIR',
                        help='folder of the annotations')
    parser.add_argument('--dataset', choices=tuple(DATASETS),
                        default='nextgqa', help='format of the annotations')
    parser.add_argument('--split', default='val', help='split to draw')
    parser.add_argument('--out', required=True, metavar='DIR',
                        help='folder of the pictures')
    parser.add_argument(
        '--keys', nargs='+', default=(), metavar='KEY', help='questions '
        '(VIDEO_QID) or videos to draw. Defaults to a few of all.')
    parser.add_argument(
        '--num', type=int, default=6, metavar='N',
        help='pictures without --keys, spread over the split. Defaults to 6.')
    parser.add_argument(
        '--grid', choices=('video', 'model'), help='on one picture all '
        'questions of a video, or what all models answer to a question')
    parser.add_argument('--format', choices=('png', 'pdf', 'svg'),
                        default='png', help='of the pictures')
    source = parser.add_mutually_exclusive_group()
    source.add_argument('--videos', metavar='DIR',
                        help='folder of the videos, to show their frames')
    source.add_argument('--frames', metavar='DIR', help='in place of videos, '
                        'folders of numbered frames')
    parser.add_argument('--fps', metavar='X_OR_FILE',
                        help='frames per second of --frames')
    parser.add_argument('--decoder', choices=DECODERS, default='adaptive',
                        help='main decoder of frame weights')
    parser.add_argument('--preset', choices=tuple(PRESETS), default='paper',
                        help='how frame weights are decoded')
    return parser.parse_args()


def main() -> None:
    """Draw."""
    args = parse_args()
    if args.num < 1:
        raise InputError('--num', str(args.num), 'a number of pictures',
                         'pass 1 or more')
    from cra_plugin.apis.draw_timelines import draw_timelines
    from cra_plugin.cli.video_arguments import read_video_source

    videos = None
    if args.videos or args.frames or args.fps:
        videos = read_video_source(argparse.Namespace(
            videos=args.videos, frames=args.frames, fps=args.fps,
            decoder='pyav', video_limit=600.))
    pictures = draw_timelines(
        args.annotations, args.split, args.predictions, args.out,
        args.preset, args.num, args.dataset, args.decoder, args.keys,
        args.grid, args.format, videos)
    print(f'{len(pictures)} pictures written to {args.out}')

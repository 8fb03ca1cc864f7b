"""Write the durations and frame times of videos, as STAR's configs read them.

Exits with 0 when all videos are in the file, 2 on bad input, 3 when some are
missing or unreadable.
"""

from __future__ import annotations

import argparse
import sys

from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.cli.video_arguments import (
    add_video_arguments,
    read_video_source,
)

SOME_SKIPPED = 3


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_video_arguments(parser)
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='JSON file to write, such as STAR_videos.json')
    add_overwrite_option(parser)
    parser.add_argument('--num-frames', type=int, default=32, metavar='T',
                        help='frame times of a video. Defaults to 32.')
    parser.add_argument('--list-fps', type=float, metavar='X',
                        help='as for tools/extract_features.py')
    parser.add_argument('--decoder', default='pyav', metavar='NAME',
                        help='Defaults to pyav.')
    parser.add_argument(
        '--video-limit', type=float, default=600, metavar='SECONDS',
        help='leave a video out that takes longer. Defaults to 600.')
    return parser.parse_args()


def main() -> None:
    """Probe the videos and say which were left out."""
    args = parse_args()
    from cra_plugin.apis.probe_videos import probe_videos
    from cra_plugin.feature_extraction.sampled_video import FrameSampling

    skipped = probe_videos(
        read_video_source(args), args.ids, args.out,
        FrameSampling(args.num_frames, args.list_fps),
        overwrite=args.overwrite)
    for video, reason in skipped.items():
        print(f'{video}: left out: {reason}')
    print(f'{args.out} written')
    if skipped:
        sys.exit(SOME_SKIPPED)

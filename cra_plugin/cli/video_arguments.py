"""The options that say where videos are, and which are wanted."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cra_plugin.errors import InputError

if TYPE_CHECKING:
    from cra_plugin.feature_extraction.video_source import VideoSource


def add_video_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--videos`` or ``--frames`` with ``--fps``, and ``--ids``.

    Args:
        parser (argparse.ArgumentParser): Changed in place.
    """
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--videos', metavar='DIR',
                        help='folder of the videos, searched with all below')
    source.add_argument(
        '--frames', metavar='DIR', help='in place of videos, folder of a '
        'folder for each video with its numbered frames: VIDEO/12.jpg')
    parser.add_argument(
        '--fps', metavar='X_OR_FILE', help='frames per second of --frames: '
        'one rate for all, or a file: .json {video: rate}, or .csv of the '
        'columns video and fps')
    parser.add_argument(
        '--ids', required=True, metavar='FILE', help='one video id per line, '
        'or a question file: .csv of NExT-GQA or NExT-QA, .json of STAR')


def read_video_source(args: argparse.Namespace) -> VideoSource:
    """Find out where the videos are.

    Args:
        args (argparse.Namespace): With the options above, ``decoder`` and
            ``video_limit``.

    Returns:
        VideoSource: Where they are.

    Raises:
        InputError: If the options contradict each other, or lead nowhere.
    """
    from cra_plugin.feature_extraction.video_source import (
        FrameFolders,
        VideoFiles,
    )
    if args.frames is None:
        if args.fps is not None:
            raise InputError('option --fps', args.fps, 'it with --frames '
                             'alone', 'leave it out: videos say when their '
                             'frames are shown')
        return VideoFiles(args.videos, args.decoder, args.video_limit)
    if args.fps is None:
        raise InputError('option --fps', 'nothing', 'how many frames of '
                         '--frames are shown per second', 'pass a number, or '
                         'a file of them')
    return FrameFolders(args.frames, args.fps)

"""Extract frame features from videos.

Exits with 0 when all videos are done, 2 on bad input, 3 when all but some
videos, listed in the report, are done.

Example:
    python tools/extract_features.py --videos videos --ids val.csv
        --model ViT-L-14 --pretrained openai --out features_val.h5
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.cli.video_arguments import (
    add_video_arguments,
    read_video_source,
)

if TYPE_CHECKING:
    from cra_plugin.feature_extraction.frame_encoder import FrameEncoder

SOME_SKIPPED = 3


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description='Extract frame features from videos. Exits with 0 when '
        'all videos are done, 2 on bad input, 3 when all but some videos, '
        'listed in OUT.report.json, are done. A killed run goes on where it '
        'stopped.')
    add_video_arguments(parser)
    parser.add_argument('--out', required=True, metavar='FILE',
                        help='h5 file to write')
    add_overwrite_option(parser)
    add_encoder_arguments(parser)
    add_frame_arguments(parser)
    parser.add_argument(
        '--workers', type=int, metavar='N',
        help='threads that decode. Defaults to one a processor.')
    parser.add_argument(
        '--key', default='CLIPL_I', metavar='NAME',
        help='dataset of the features. Defaults to CLIPL_I.')
    parser.add_argument('--dtype', choices=('float32', 'float16'),
                        default='float32', help='Defaults to float32.')
    return parser.parse_args()


def add_encoder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what encodes the frames."""
    group = parser.add_argument_group('encoder')
    group.add_argument(
        '--model', default='ViT-L-14', metavar='NAME', help='model of '
        'open_clip, or local-dir: and a folder. Defaults to ViT-L-14.')
    group.add_argument(
        '--pretrained', default='openai', metavar='TAG_OR_FILE',
        help='its weights. Defaults to openai.')
    group.add_argument(
        '--backbone', metavar='CONFIG', help='in place of --model, the config '
        'of a recognizer of mmaction2, or one of ours with an '
        'MMActionBackbone or OpenCLIPFrames')
    group.add_argument(
        '--checkpoint', metavar='FILE_OR_URL',
        help="weights of --backbone. Defaults to the config's.")
    group.add_argument(
        '--image-size', type=int, default=224, metavar='PIXELS',
        help='of --backbone. Defaults to 224.')
    group.add_argument(
        '--clip-len', type=int, metavar='N', help='--backbone sees N frames '
        "at a time. Defaults to the config's, else all.")
    group.add_argument(
        '--device', help='device of torch. Defaults to cuda where there is '
        'one, else cpu.')
    group.add_argument(
        '--precision', choices=('fp32', 'fp16', 'bf16'),
        help='Defaults to fp16 on a GPU, else fp32.')
    group.add_argument(
        '--batch-size', type=int, default=128, metavar='N', help='frames '
        'that are encoded at a time. Defaults to 128.')


def add_frame_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which frames are taken, and what decodes them."""
    group = parser.add_argument_group('frames')
    group.add_argument('--num-frames', type=int, default=32, metavar='T',
                       help='frames of a video. Defaults to 32.')
    group.add_argument(
        '--list-fps', type=float, metavar='X', help='thin the frames out to '
        'X a second first; 2 gives the times of NExT-GQA. Defaults to all.')
    group.add_argument(
        '--decoder', default='pyav', metavar='NAME', help='pyav, torchcodec '
        'or decord; the last two do not read every file. Defaults to pyav.')
    group.add_argument(
        '--video-limit', type=float, default=600, metavar='SECONDS',
        help='skip a video whose frames take longer. Defaults to 600.')


def build_encoder(args: argparse.Namespace) -> FrameEncoder:
    """Build what the options ask for."""
    import torch

    from cra_plugin.feature_extraction.find_frame_encoder import (
        find_frame_encoder,
    )
    return find_frame_encoder(
        args.model, args.pretrained, args.backbone, args.checkpoint,
        args.image_size, args.clip_len, args.num_frames,
        args.device or ('cuda' if torch.cuda.is_available() else 'cpu'),
        args.precision)


def main() -> None:
    """Extract the features and say what was written."""
    args = parse_args()
    from cra_plugin.apis.extract_features import (
        ExtractionSettings,
        extract_features,
    )

    settings = ExtractionSettings(
        args.num_frames, args.list_fps, args.decoder, args.workers,
        args.batch_size, args.key, args.dtype, args.video_limit)
    summary = extract_features(
        read_video_source(args), args.ids, build_encoder(args), args.out,
        settings, overwrite=args.overwrite)
    print(summary)
    if summary.skipped:
        sys.exit(SOME_SKIPPED)

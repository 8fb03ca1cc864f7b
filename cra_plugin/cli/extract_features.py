"""Extract frame features from videos.

Exits with 0 when all videos are done, 2 on bad input, 3 when all but some
videos, listed in the report, are done.

Example:
    python tools/extract_features.py --videos videos --ids val.csv
        --model ViT-L-14 --pretrained openai --out features_val.h5
    torchrun --nproc-per-node 8 tools/extract_features.py --videos videos ...
    srun --ntasks 16 python tools/extract_features.py --videos videos ...
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from cra_plugin.cli.settings_arguments import add_overwrite_option
from cra_plugin.cli.video_arguments import (
    add_video_arguments,
    read_video_source,
)
from cra_plugin.engine.launcher_variables import (
    VARIABLES,
    export_ranks,
    find_launcher,
    is_first_process,
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
        '--workers', type=int, metavar='N', help='threads of this process '
        'that decode. Defaults to one a processor, shared by its processes.')
    parser.add_argument(
        '--key', default='CLIPL_I', metavar='NAME',
        help='dataset of the features. Defaults to CLIPL_I.')
    parser.add_argument('--dtype', choices=('float32', 'float16'),
                        default='float32', help='Defaults to float32.')
    parser.add_argument(
        '--launcher', choices=('none', *VARIABLES), help='how this was '
        'started as one of several processes that share the videos out. '
        'Defaults to what the environment says: torchrun, srun or mpirun.')
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
        'one, one for each process of a machine, else cpu.')
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
        args.device or default_device(
            torch.cuda.device_count() if torch.cuda.is_available() else 0),
        args.precision)


def default_device(num_gpus: int) -> str:
    """Name the device of this process.

    Args:
        num_gpus (int): How many GPUs it sees. Where a launcher shows each
            process but one, that is its own.

    Returns:
        str: One GPU for each process of a machine, as far as there are.
    """
    if not num_gpus:
        return 'cpu'
    return f'cuda:{int(os.environ.get("LOCAL_RANK", 0)) % num_gpus}'


def main() -> None:
    """Extract the features and say what was written."""
    args = parse_args()
    launcher = args.launcher or find_launcher()
    if launcher != 'none':
        export_ranks(launcher)
    from cra_plugin.feature_extraction.process_link import PeerError
    try:
        _extract(args, launcher)
    except PeerError:
        if is_first_process(launcher):
            raise
        sys.exit(2)  # process 0 says it


def _extract(args: argparse.Namespace, launcher: str) -> None:
    """Extract; process 0 says what was written."""
    from cra_plugin.apis.extract_features import extract_features
    from cra_plugin.feature_extraction.extraction_settings import (
        ExtractionSettings,
    )
    settings = ExtractionSettings(
        args.num_frames, args.list_fps, args.decoder, args.workers,
        args.batch_size, args.key, args.dtype, args.video_limit)
    summary = extract_features(
        read_video_source(args), args.ids, build_encoder(args), args.out,
        settings, overwrite=args.overwrite, launcher=launcher)
    if not is_first_process(launcher):
        return
    print(summary)
    if summary.skipped:
        sys.exit(SOME_SKIPPED)

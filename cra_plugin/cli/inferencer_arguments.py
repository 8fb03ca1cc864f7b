"""The options that say which model answers questions."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.cli.shipped_configs import shipped_configs
from cra_plugin.errors import InputError

if TYPE_CHECKING:
    from cra_plugin.apis.grounding_inferencer import GroundingInferencer

ZERO_SHOT = 'zeroshot_clip.py'


def add_inferencer_options(parser: argparse.ArgumentParser) -> None:
    """Add the model, its device, its config and the cache of features.

    Args:
        parser (argparse.ArgumentParser): The parser.
    """
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
    parser.add_argument(
        '--cache', metavar='DIR', help='where features of videos are kept. '
        "Defaults to the user's cache folder.")
    parser.add_argument('--no-cache', action='store_true',
                        help='keep no features')


def check_inferencer_options(args: argparse.Namespace) -> None:
    """Refuse options that do not go together, before anything heavy.

    Args:
        args (argparse.Namespace): What was parsed.

    Raises:
        InputError: If a checkpoint has no config, or a config comes with
            another model.
    """
    if args.checkpoint and not args.config:
        raise InputError('--checkpoint', 'no --config', 'the config that the '
                         'training left beside its checkpoints',
                         'pass --config FILE')
    if args.config and (args.model or args.pretrained):
        raise InputError('--model', 'with --config', 'one of the two',
                         'change the config by --cfg-options')


def build_inferencer(args: argparse.Namespace) -> GroundingInferencer:
    """Load the model that the options ask for.

    Args:
        args (argparse.Namespace): What was parsed.

    Returns:
        GroundingInferencer: Without ``--config``, CLIP as it is.

    Raises:
        InputError: If config, checkpoint or weights are at fault.
    """
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

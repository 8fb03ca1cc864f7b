"""Build the confounder dictionaries of CRA's causal interventions.

Example:
    python tools/build_causal_features.py language --annotations train.csv
        --out language.safetensors
    python tools/build_causal_features.py visual --features features_train.h5
        --out visual.safetensors
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.cli.settings_arguments import (
    add_overwrite_option,
    add_settings_arguments,
    read_settings,
)
from cra_plugin.utils.counted import counted

ANNOTATIONS = ('question files of the training split: .csv of NExT-GQA, '
               '.json of STAR')


def parse_args() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parts = parser.add_subparsers(dest='part', required=True)
    parse = parts.add_parser(
        'parse', help='parse questions and answers into a CoNLL-U file, '
        'from which another machine can build the dictionary')
    language = parts.add_parser(
        'language', help='parse, encode and cluster questions and answers')
    visual = parts.add_parser('visual', help='cluster frame features')
    for part in (parse, language):
        part.add_argument('--annotations', nargs='+', required=True,
                          metavar='FILE', help=ANNOTATIONS)
        add_parser_arguments(part)
    parse.add_argument('--cache', required=True, metavar='FILE',
                       help='CoNLL-U file to write or go on with')
    add_language_arguments(language)
    visual.add_argument('--features', required=True, metavar='FILE',
                        help='h5 file of the frame features')
    visual.add_argument(
        '--key', help='its dataset. Defaults to the three-dimensional one.')
    visual.add_argument(
        '--annotations', nargs='+', default=[], metavar='FILE',
        help=f'{ANNOTATIONS}; only their videos count. Defaults to all.')
    for part in (language, visual):
        part.add_argument('--out', required=True, metavar='FILE',
                          help='.safetensors or .npz file to write')
        add_overwrite_option(part)
        add_settings_arguments(part, ClusterSettings)
    return parser.parse_args()


def add_parser_arguments(part: argparse.ArgumentParser) -> None:
    """Add what Stanza's pipeline needs."""
    group = part.add_argument_group('Stanza')
    group.add_argument(
        '--stanza-dir', metavar='DIR',
        help="folder of its models. Defaults to Stanza's own.")
    group.add_argument('--language', default='en', metavar='CODE',
                       help='language of the models. Defaults to en.')
    group.add_argument('--package', default='default', metavar='NAME',
                       help='package of the language. Defaults to default.')
    group.add_argument(
        '--max-words', type=int, default=200, metavar='N',
        help='words of the longest sentence; longer ones are parsed in '
        'pieces. Defaults to 200.')
    group.add_argument('--download', action='store_true',
                       help='fetch models that are missing')
    part.add_argument(
        '--device', default='cpu',
        help='device of torch, such as cuda. Defaults to cpu.')


def add_language_arguments(part: argparse.ArgumentParser) -> None:
    """Add where trees come from and what encodes the nodes."""
    part.add_argument(
        '--parser', choices=('stanza', 'conllu'), default='stanza',
        help='conllu reads the trees of --cache alone. Defaults to stanza.')
    part.add_argument(
        '--cache', metavar='FILE', help='CoNLL-U file of the trees, written '
        'or gone on with. Defaults to OUT with the suffix .conllu.')
    group = part.add_argument_group('encoder of the nodes')
    group.add_argument(
        '--encoder', choices=('open_clip', 'hugging_face'),
        default='open_clip', help='library. Defaults to open_clip.')
    group.add_argument(
        '--model', default='ViT-L-14', metavar='NAME',
        help='model of open_clip, or Hugging Face name or folder. Defaults '
        'to ViT-L-14.')
    group.add_argument(
        '--pretrained', default='openai', metavar='TAG_OR_FILE',
        help='weights of the open_clip model. Defaults to openai.')
    group.add_argument(
        '--batch-size', type=int, default=256, metavar='N',
        help='texts that are encoded at a time. Defaults to 256.')


def build_parser(args: argparse.Namespace) -> Any:
    """Load Stanza's pipeline."""
    from cra_plugin.causal_features.stanza_parser import StanzaParser

    return StanzaParser(args.stanza_dir, args.language, args.package,
                        args.download, args.device, args.max_words)


def build_encoder(args: argparse.Namespace) -> Any:
    """Load the encoder of the nodes."""
    if args.encoder == 'hugging_face':
        from cra_plugin.causal_features.hugging_face_encoder import (
            HuggingFaceNodeEncoder,
        )
        return HuggingFaceNodeEncoder(args.model, args.device, '--model')
    from cra_plugin.causal_features.open_clip_encoder import (
        OpenCLIPNodeEncoder,
    )
    return OpenCLIPNodeEncoder(args.model, args.pretrained, args.device)


def main() -> None:
    """Do one part and say what was built."""
    args = parse_args()
    if args.part == 'visual':
        from cra_plugin.apis.visual_dictionary import build_visual_dictionary

        print(build_visual_dictionary(
            args.features, args.out, read_settings(args, ClusterSettings),
            args.key, args.annotations, args.overwrite))
        return
    from cra_plugin.apis.language_dictionary import (
        build_language_dictionary,
        parse_annotations,
    )
    if args.part == 'parse':
        count = parse_annotations(args.annotations, build_parser(args),
                                  args.cache)
        print(f'{args.cache}: {counted(count, "text")} parsed now')
        return
    settings = read_settings(args, ClusterSettings)
    cache = args.cache or Path(args.out).with_suffix('.conllu')
    print(build_language_dictionary(
        args.annotations, cache, build_encoder(args), args.out, settings,
        build_parser(args) if args.parser == 'stanza' else None,
        args.batch_size, args.overwrite))

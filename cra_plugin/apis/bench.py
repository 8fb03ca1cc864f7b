"""The bench: every method on simulated features of real annotations."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cra_plugin.ablation.plan import Plan, TestSet, Variant
from cra_plugin.apis.ablate import ablate
from cra_plugin.apis.bench_methods import METHODS
from cra_plugin.apis.make_text_model import make_text_model
from cra_plugin.apis.simulate import ATTRIBUTE, simulate_features
from cra_plugin.datasets.features.feature_file import read_attribute
from cra_plugin.errors import InputError
from cra_plugin.simulation.simulated_features import FeatureSettings
from cra_plugin.simulation.text_model import FILES, TextModelSettings

BASE = 'release'
_TEXT_MODEL = 'text_model'
# Trained on, tested on.
SPLITS = ('test', 'val')
_SMALL = {
    'train_dataloader.batch_size': 16, 'train_dataloader.num_workers': 1,
    'val_dataloader.num_workers': 1, 'test_dataloader.num_workers': 1,
    'model.d_model': 128, 'model.temporal_encoder.input_dropout': 0.1,
    'model.pooling_dropout': 0.1, 'optim_wrapper.optimizer.lr': 5e-4,
}


def run_bench(annotations: str | Path,
              out: str | Path,
              configs: str | Path,
              methods: Sequence[str] = tuple(METHODS),
              seeds: Sequence[int] = (1, 2, 3),
              text_encoder: str | None = None,
              swap: bool = False,
              max_epochs: int = 6,
              jobs: int = 1,
              options: dict[str, Any] | None = None,
              event_encoder: str | None = None) -> dict[str, Any]:
    """Simulate features, train all methods with all seeds, and compare them.

    What is finished is not done again. The last epoch is tested, so that
    nothing is chosen on what is reported.

    Args:
        annotations (str | Path): Folder of NExT-GQA's annotations of val and
            test. The larger one, test, is trained on.
        out (str | Path): Folder of everything that is written.
        configs (str | Path): Folder of the shipped configs.
        methods (Sequence[str]): Of ``METHODS``. Defaults to all.
        seeds (Sequence[int]): Defaults to (1, 2, 3).
        text_encoder (str, optional): Folder or hub name of a pretrained
            encoder, which is kept frozen. Defaults to None: a small one from
            scratch, which is trained along.
        swap (bool): Train on val and test on test. Defaults to False.
        max_epochs (int): Defaults to 6.
        jobs (int): Runs at a time. Defaults to 1.
        options (dict, optional): ``--cfg-options`` of all runs. Defaults to
            None.
        event_encoder (str, optional): As for :func:`simulate_features`.
            Defaults to None.

    Returns:
        dict[str, Any]: As of :func:`cra_plugin.apis.ablate.ablate`.

    Raises:
        InputError: If there is no such method, the annotations are at
            fault, or ``out`` is of others or of another event encoder.
    """
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise InputError('--methods', ', '.join(unknown),
                         f'some of {", ".join(METHODS)}')
    for option, count in (('--jobs', jobs), ('--max-epochs', max_epochs)):
        if count < 1:
            raise InputError(option, str(count),
                             'a whole number of at least 1')
    data = Path(out) / ('data' if event_encoder is None else 'encoded_data')
    shared = {**_SMALL, **_data_options(data, swap),
              **_text_options(Path(out), text_encoder),
              'train_cfg.max_epochs': max_epochs,
              'train_cfg.val_interval': max_epochs, **(options or {})}
    variants = tuple(
        Variant(name, _own_options(name, text_encoder),
                str(Path(configs) / METHODS[name][0])) for name in methods)
    base = BASE if BASE in methods else methods[0]
    first = next(each for each in variants if each.name == base)
    # The loader is that of validation, whichever split it reads.
    tested = TestSet(_splits(swap)[1], split='val')
    plan = Plan(str(first.config), variants, shared, tuple(seeds),
                (tested, ), base, 'last')
    _link_annotations(Path(annotations), data)
    _make_features(data, event_encoder)
    if text_encoder is None:
        _make_text_model(data, Path(out) / _TEXT_MODEL)
    return ablate(plan, str(Path(out) / ('swapped' if swap else 'runs')),
                  jobs)


def _link_annotations(annotations: Path, data: Path) -> None:
    """Link the annotations; other ones than before are refused."""
    names = [name.format(split) for split in SPLITS
             for name in ('{}.csv', 'gsub_{}.json', 'frame2time_{}.json')]
    for name in names:
        if not (annotations / name).is_file():
            raise InputError(annotations / name, 'no such file',
                             "NExT-GQA's annotations of val and test")
        if (data / name).exists() and not filecmp.cmp(
                annotations / name, data / name, shallow=False):
            raise InputError(
                annotations / name, f'another content than in {data}, of '
                'which its features and runs are', 'the same annotations',
                'name another --out')
    data.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (data / name).exists():
            # It may point to where they were before.
            (data / name).unlink(missing_ok=True)
            (data / name).symlink_to((annotations / name).resolve())


def _make_features(data: Path, event_encoder: str | None) -> None:
    """Simulate features, or refuse those of another encoder."""
    files = [data / f'features_{split}.h5' for split in SPLITS]
    if not all(file.is_file() for file in files):
        # Both at once: the space of an encoder is made of all texts.
        simulate_features(data, SPLITS, data, FeatureSettings(),
                          event_encoder=event_encoder)
    for file in files:
        made_of = json.loads(read_attribute(file, ATTRIBUTE) or '{}')
        encoder = made_of.get('event_encoder')
        if encoder != event_encoder:
            raise InputError(
                '--event-encoder', f'{event_encoder}, while the features in '
                f'{file} are in the space of {encoder}', 'the same encoder',
                'name another --out')


def _splits(swap: bool) -> tuple[str, str]:
    """What is trained on, and what is tested on."""
    train, test = SPLITS
    return (test, train) if swap else (train, test)


def _data_options(data: Path, swap: bool) -> dict[str, Any]:
    """What is trained on, and what is validated on and reported."""
    train, val = _splits(swap)
    options: dict[str, Any] = {
        'data_root': str(data),
        'train_dataloader.dataset.paraphrase_file': None}
    for loader, split in (('train', train), ('val', val)):
        dataset = f'{loader}_dataloader.dataset'
        options[f'{dataset}.ann_file'] = f'{split}.csv'
        options[f'{dataset}.features.path'] = f'features_{split}.h5'
    return options | {
        'val_dataloader.dataset.span_file': f'gsub_{val}.json',
        'val_dataloader.dataset.time_file': f'frame2time_{val}.json'}


def _text_options(out: Path, text_encoder: str | None) -> dict[str, Any]:
    """Options of the text encoder."""
    field = 'model.text_encoder'
    if text_encoder is not None:
        return {f'{field}.name': text_encoder, f'{field}.frozen': True,
                f'{field}.cache': str(out / 'text_states')}
    return {f'{field}.name': str(out / _TEXT_MODEL)}


def _make_text_model(data: Path, folder: Path) -> None:
    """Make the text encoder that is trained along."""
    # A process may have been killed between two of its files.
    if not all((folder / name).is_file() for name in FILES):
        make_text_model(data, SPLITS, folder, TextModelSettings(
            hidden_size=128, num_layers=1, vocab_size=8000))


def _own_options(name: str, text_encoder: str | None) -> dict[str, Any]:
    """What a method changes."""
    options = dict(METHODS[name][1])
    if text_encoder is not None and name == 'release':
        # States of padding are not kept.
        options['model.text_encoder.mask_padding'] = True
    return options

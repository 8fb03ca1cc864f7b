"""Run the demo: generate a world, train, evaluate and draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from cra_plugin.apis.config import load_config
from cra_plugin.apis.draw_timelines import draw_timelines
from cra_plugin.apis.language_dictionary import build_language_dictionary
from cra_plugin.apis.make_text_model import make_text_model
from cra_plugin.apis.simulate import simulate_world
from cra_plugin.apis.test import test
from cra_plugin.apis.train import train
from cra_plugin.apis.visual_dictionary import build_visual_dictionary
from cra_plugin.causal_features.cluster_settings import ClusterSettings
from cra_plugin.causal_features.hugging_face_encoder import (
    HuggingFaceNodeEncoder,
)
from cra_plugin.causal_features.stanza_parser import StanzaParser
from cra_plugin.evaluation.report_table import format_percent
from cra_plugin.simulation.text_model import TextModelSettings
from cra_plugin.simulation.world_settings import WorldSettings
from cra_plugin.utils.json_file import read_json_object, write_json
from cra_plugin.utils.own_files import refuse_foreign

METHODS = {'PH': 'tempclip_ph_demo.py', 'CRA': 'cra_demo.py',
           'Evidence': 'evidence_demo.py'}
SPLITS = {'iid': 'test', 'neutral': 'test_neutral', 'ood': 'test_ood'}
# Whose answers are drawn.
DRAWN = 'Evidence'
COLUMNS = ('Acc@GQA', 'Acc@VQA', 'mIoP', 'IoP@0.5', 'mIoU', 'IoU@0.5', 'PIoU')

Report = dict[str, Any]


def run_demo(out: str = 'work_dirs/demo',
             configs: str = 'configs',
             seed: int = 2024,
             max_epochs: int | None = None,
             world: WorldSettings | None = None,
             num_pictures: int = 6,
             stanza_dir: str | None = None,
             overwrite: bool = False) -> dict[str, dict[str, Report]]:
    """Generate a world, train PH, CRA and frame evidence, evaluate, draw.

    Args:
        out (str): Folder of everything that is written. Defaults to
            'work_dirs/demo'.
        configs (str): Folder of the demo's configs. Defaults to 'configs'.
        seed (int): Seed of the training. Defaults to 2024.
        max_epochs (int, optional): Epochs of each method. Defaults to None,
            the configs'.
        world (WorldSettings, optional): The world to generate. Defaults to
            None, the default one.
        num_pictures (int): Timelines to draw. Defaults to 6.
        stanza_dir (str, optional): Folder of Stanza models. With it, both
            confounder dictionaries are built beforehand. Defaults to None:
            CRA clusters the visual one and does without the other.
        overwrite (bool): Replace files in ``out`` that no demo wrote.
            Defaults to False.

    Returns:
        dict[str, dict[str, Report]]: Method to split (``'iid'``,
        ``'neutral'``, ``'ood'``) to the report of that evaluation, as written
        to ``metrics.json``.
    """
    folder = Path(out)
    refuse_foreign(folder / 'metrics.json', lambda path: set(
        read_json_object(path)) <= set(METHODS), overwrite)
    simulate_world(folder / 'world', world or WorldSettings(), overwrite)
    make_text_model(folder / 'world', ('train', 'val'), folder / 'text_model',
                    TextModelSettings(hidden_size=64, num_layers=1),
                    overwrite=overwrite)
    options: dict[str, Any] = {
        'data_root': str(folder / 'world'),
        'model.text_encoder.name': str(folder / 'text_model')
    }
    if max_epochs is not None:
        options['train_cfg.max_epochs'] = max_epochs
    causal_options = {} if stanza_dir is None else _build_dictionaries(
        folder, f'{configs}/{METHODS["CRA"]}', stanza_dir)
    reports = {
        method: _run_method(
            folder / method.lower(), f'{configs}/{name}',
            options | (causal_options if method == 'CRA' else {}), seed)
        for method, name in METHODS.items()
    }
    write_json(folder / 'metrics.json', reports, indent=1)
    draw_timelines(
        folder / 'world',
        'test',
        folder / DRAWN.lower() / 'iid.json',
        folder / 'timelines',
        num_pictures=num_pictures)
    return reports


def _build_dictionaries(folder: Path, config: str,
                        stanza_dir: str) -> dict[str, Any]:
    """Build both dictionaries; return the options that make CRA use them."""
    field = 'model.causal_intervention'
    sizes = load_config(config).model.causal_intervention
    language, visual = (str(folder / f'{side}.safetensors')
                        for side in ('language', 'visual'))
    questions = [folder / 'world' / 'train.csv']
    encoder = HuggingFaceNodeEncoder(str(folder / 'text_model'))
    build_language_dictionary(
        questions, folder / 'parses.conllu', encoder, language,
        ClusterSettings(sizes.back_door.num_clusters),
        StanzaParser(stanza_dir))
    build_visual_dictionary(
        folder / 'world' / 'features_train.h5', visual,
        ClusterSettings(sizes.front_door.num_clusters))
    return {
        f'{field}.front_door.dictionary': visual,
        f'{field}.back_door.dictionary': language,
        f'{field}.back_door.node_dim': encoder.width
    }


def _run_method(work_dir: Path, config: str, options: dict[str, Any],
                seed: int) -> dict[str, Report]:
    """Train one method and evaluate its best checkpoint on all splits."""
    runner = train(
        config, str(work_dir), seed=seed, options=dict(options))
    checkpoint = runner.message_hub.get_info('best_ckpt')
    reports = {}
    for name, split in SPLITS.items():
        dataset = 'test_dataloader.dataset'
        split_options = {
            f'{dataset}.ann_file': f'{split}.csv',
            f'{dataset}.span_file': f'gsub_{split}.json',
            f'{dataset}.time_file': f'frame2time_{split}.json',
            f'{dataset}.features.path': f'features_{split}.h5'
        }
        report = work_dir / f'{name}_metrics.json'
        test(
            config,
            checkpoint,
            str(work_dir),
            dump=str(work_dir / f'{name}.json'),
            json=str(report),
            options={**options, **split_options})
        reports[name] = read_json_object(report)
    return reports


def render_comparison(reports: dict[str, dict[str, Report]]) -> str:
    """A table of methods and, under each, the priors with its answers.

    Args:
        reports (dict[str, dict[str, Report]]): What :func:`run_demo` gives.

    Returns:
        str: The table, without colors.
    """
    table = Table(
        title='Generated grounded-QA world, percent; a prior answers like '
        'the method above it but shows a constant span',
        box=box.SIMPLE_HEAD,
        title_justify='left')
    for name in ('split', 'method'):
        table.add_column(name, no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify='right')
    for split in SPLITS:
        for method, by_split in reports.items():
            report = by_split[split]
            _add_row(table, split, method, report)
            for prior, metrics in report['priors'].items():
                _add_row(table, split, f'  prior {prior}', metrics)
        table.add_section()
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def _add_row(table: Table, split: str, name: str, metrics: Report) -> None:
    values = (metrics[column] for column in COLUMNS)
    table.add_row(split, name, *map(format_percent, values))

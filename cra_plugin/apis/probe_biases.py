"""Test a model on samples that are wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.apis.config import load_config
from cra_plugin.apis.test import test
from cra_plugin.datasets.bias_probe import PROBES
from cra_plugin.errors import InputError
from cra_plugin.evaluation.output_files import check_dump_files
from cra_plugin.evaluation.prediction_dump import file_beside
from cra_plugin.spans.geometry import span_iou
from cra_plugin.utils.json_file import read_json_object

# The samples as they are.
PLAIN = 'plain'
METRICS = ('Acc@VQA', 'Acc@GQA', 'mIoP', 'mIoU', 'PIoU')


def probe_biases(config: str,
                 checkpoint: str | None,
                 folder: str | Path,
                 split: str = 'test',
                 options: Mapping[str, Any] | None = None,
                 overwrite: bool = False,
                 verbose: bool = False) -> dict[str, dict[str, float | None]]:
    """Test a model with the videos of others, and asked other questions.

    Args:
        config (str): The config file.
        checkpoint (str, optional): The checkpoint; None for a model that
            needs none.
        folder (str | Path): Where logs and predictions go: ``plain.json``
            and one for each of :data:`~cra_plugin.datasets.bias_probe.
            PROBES`, with spans and weights beside them.
        split (str): ``'test'`` or ``'val'``, a dataloader of the config.
            Defaults to 'test'.
        options (Mapping[str, Any], optional): ``--cfg-options``. Defaults to
            None.
        overwrite (bool): Replace what are no predictions. Defaults to False.
        verbose (bool): Show all of the logs. Defaults to False.

    Returns:
        dict[str, dict[str, float | None]]: ``'plain'`` and each probe to
        ``METRICS`` in percent and, of the probes, ``same_answers``, the
        questions that are answered as without it, and ``same_spans``, the
        mean IoU with the spans without it.

    Raises:
        InputError: As :func:`~cra_plugin.apis.test.test`; if the config's
            dataset takes no probe, or has no features.
    """
    options = dict(options or {})
    field = _probe_field(config, options, split)
    files = {name: Path(folder, f'{name}.json') for name in (PLAIN, *PROBES)}
    for file in files.values():
        check_dump_files(file, overwrite)
    found: dict[str, dict[str, float | None]] = {}
    for name, file in files.items():
        metrics = test(config, checkpoint, str(folder), str(file), None,
                       options | {field: None if name == PLAIN else name},
                       split=split, overwrite=overwrite, verbose=verbose)
        found[name] = {each: metrics.get(each) for each in METRICS}
        if name != PLAIN:
            found[name] |= _compare(files[PLAIN], file)
    return found


def _probe_field(config: str, options: dict[str, Any], split: str) -> str:
    """The field of a config that sets the probe."""
    loader = f'{split}_dataloader'
    dataset = (load_config(config, dict(options)).get(loader) or {}).get(
        'dataset') or {}
    if not dataset.get('features'):
        raise InputError(
            f'{config}: {loader}.dataset', 'a dataset without features',
            'one of ours that has features, in which videos can be '
            'exchanged', 'extract features from the videos, or probe a '
            'config that tests on one dataset of features')
    return f'{loader}.dataset.probe'


def _compare(plain: Path, probed: Path) -> dict[str, float | None]:
    """How much stays the same."""
    answers = [read_json_object(file) for file in (plain, probed)]
    spans = [read_json_object(file_beside(file, 'spans'))
             for file in (plain, probed)]
    first, second = (np.array([each[key] for key in spans[0]], dtype=float)
                     for each in spans)
    # The IoU of a point with itself is 0.
    same = np.where((first == second).all(1), 1.0, span_iou(first, second))
    return {'same_answers': 100 * float(np.mean([
        answers[0][key]['prediction'] == answers[1][key]['prediction']
        for key in answers[0]])), 'same_spans': 100 * float(same.mean())}

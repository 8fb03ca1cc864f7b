"""Evaluate a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.runner.checkpoint import CheckpointLoader, load_state_dict

from cra_plugin.apis.config import load_config
from cra_plugin.apis.first_look import TEST, naming_the_config_of_the_run
from cra_plugin.apis.train import build_runner
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.config_difference import (
    config_differences,
    stored_config,
)
from cra_plugin.engine.hooks import SharedVideosHook
from cra_plugin.engine.missing_inputs import require_inputs, require_loop
from cra_plugin.engine.model_fit import check_model, unwrapped
from cra_plugin.engine.run_outputs import reporting_metrics
from cra_plugin.errors import InputError
from cra_plugin.evaluation.output_files import (
    check_dump_files,
    check_report_file,
)

# How mmengine's configs end, and the stem of those that a test leaves.
CONFIGS = ('.py', '.yaml', '.yml', '.json')


def test(config: str,
         checkpoint: str | None,
         work_dir: str | None = None,
         dump: str | None = None,
         json: str | None = None,
         options: dict[str, Any] | None = None,
         launcher: str = 'none',
         overwrite: bool = False,
         split: str = 'test',
         verbose: bool = False) -> dict[str, float]:
    """Evaluate a checkpoint on a split of a config.

    Args:
        config (str): The config file.
        checkpoint (str, optional): The checkpoint; None for a model that
            needs none, such as the zero-shot one.
        work_dir (str, optional): Where the log goes. Defaults to None: the
            config's, or ``work_dirs/<name of the config>``.
        dump (str, optional): File for the predicted answers; spans and
            frame weights go beside it. Defaults to None.
        json (str, optional): File for the metrics. Defaults to None.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        launcher (str): As for :func:`cra_plugin.apis.train.train`. Defaults
            to 'none'.
        overwrite (bool): Let ``dump`` and ``json`` replace what are no
            predictions and no report. Defaults to False.
        split (str): ``'test'`` takes ``test_dataloader``, ``'val'`` takes
            ``val_dataloader`` in its place. Defaults to 'test'.
        verbose (bool): Show on the terminal all that is in the file of the
            log. Defaults to False, a few lines.

    Returns:
        dict[str, float]: The metrics, in percent.

    Raises:
        InputError: If the checkpoint is unreadable or does not fit, or a
            file of something else would be replaced.
    """
    _check_order(config, checkpoint)
    loaded = _rename(load_config(config, options, work_dir))
    loaded.load_from = None
    check_config(loaded)
    require_loop(loaded, split)
    if split == 'val':
        loaded.test_dataloader = loaded.val_dataloader
        loaded.test_cfg = loaded.get('test_cfg') or {
            'type': 'cra_plugin.CompletedTestLoop'}
        loaded.test_evaluator = (loaded.get('test_evaluator')
                                 or loaded.val_evaluator)
    if dump is not None:
        check_dump_files(dump, overwrite)
        _set_output(loaded, 'dump_file', dump)
    if json is not None:
        check_report_file(json, overwrite)
        _set_output(loaded, 'report_file', json)
    with naming_the_config_of_the_run(config, checkpoint):
        require_inputs(loaded, ('test', ))
        runner = build_runner(loaded, launcher, verbose)
    if checkpoint is None:
        _require_pretrained(runner.model)
        return runner.test()
    # The runner's own method calls hooks, such as EMAHook, that are not
    # ready before the test begins.
    content = CheckpointLoader.load_checkpoint(checkpoint, 'cpu')
    weights = check_model(
        content, checkpoint, runner.model,
        config_differences(stored_config(content), loaded, ('model', )),
        'name the config and options that it was trained with')
    load_state_dict(runner.model, weights, strict=True)
    for hook in runner.hooks:
        if isinstance(hook, SharedVideosHook):
            hook.after_load_checkpoint(runner, content)
    return runner.test()


def _set_output(config: Config, field: str, path: str) -> None:
    """Give a file to our metric, whatever metrics stand beside it."""
    metrics = reporting_metrics(config, 'test')
    if not metrics:
        raise InputError('test_evaluator', 'no cra_plugin.GroundedQAMetric',
                         'one, which writes predictions and reports',
                         'add it, or leave --dump and --json out')
    for metric in metrics:
        metric[field] = path


def _require_pretrained(model: Any) -> None:
    """Load what a model without training consists of, or refuse it."""
    model = unwrapped(model)
    if getattr(model, 'needs_checkpoint', True):
        raise InputError('the checkpoint', 'none', 'the weights of '
                         f'{type(model).__name__}, which is trained',
                         'pass a checkpoint: test.py CONFIG CHECKPOINT')
    model.init_weights()


def _check_order(config: str, checkpoint: str | None) -> None:
    """Refuse a config in the place of a checkpoint, and the reverse."""
    if checkpoint is None:
        return
    kinds = [Path(each).suffix in CONFIGS for each in (config, checkpoint)]
    if kinds[1]:
        fix = (f'python tools/test.py {checkpoint} {config}'
               if not kinds[0] else 'name a file such as '
               'work_dirs/NAME/epoch_1.pth')
        raise InputError(checkpoint, 'a config', 'a checkpoint, after the '
                         'config: python tools/test.py CONFIG CHECKPOINT', fix)


def _rename(config: Config) -> Config:
    """Keep the runner from replacing the training's config in a work dir."""
    return Config(config.to_dict(), cfg_text=config.text,
                  filename=f'{Path(config.filename).stem}{TEST}.py')

"""Evaluate a checkpoint."""

from __future__ import annotations

from typing import Any

from cra_plugin.apis.config import load_config
from cra_plugin.apis.train import build_runner


def test(config: str,
         checkpoint: str,
         work_dir: str | None = None,
         dump: str | None = None,
         json: str | None = None,
         options: dict[str, Any] | None = None,
         launcher: str = 'none') -> dict[str, float]:
    """Evaluate a checkpoint on the test split of a config.

    Args:
        config (str): The config file.
        checkpoint (str): The checkpoint.
        work_dir (str, optional): Where the log goes. Defaults to None: the
            config's, or ``work_dirs/<name of the config>``.
        dump (str, optional): File for the predicted answers; spans and
            frame weights go beside it. Defaults to None.
        json (str, optional): File for the metrics. Defaults to None.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        launcher (str): As for :func:`cra_plugin.apis.train.train`. Defaults
            to 'none'.

    Returns:
        dict[str, float]: The metrics, in percent.
    """
    loaded = load_config(config, options, work_dir)
    loaded.load_from = checkpoint
    if dump is not None:
        loaded.test_evaluator.dump_file = dump
    if json is not None:
        loaded.test_evaluator.report_file = json
    return build_runner(loaded, launcher).test()

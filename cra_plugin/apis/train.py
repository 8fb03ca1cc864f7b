"""Train a model from a config."""

from __future__ import annotations

from typing import Any

from mmengine.config import Config
from mmengine.runner import Runner

from cra_plugin.apis.config import load_config
from cra_plugin.compat.mmengine_names import name_run
from cra_plugin.engine.checkpoint_size import check_disk_space
from cra_plugin.engine.config_check import check_config
from cra_plugin.engine.config_completion import schedules_of_run
from cra_plugin.engine.hooks.termination_hook import stop_listening
from cra_plugin.engine.launching import join_processes
from cra_plugin.engine.missing_inputs import require_inputs, require_loop
from cra_plugin.engine.model_fit import unwrapped
from cra_plugin.engine.model_names import check_names
from cra_plugin.engine.precision import mix_precision, scale_learning_rate
from cra_plugin.engine.quiet_runner import QuietRunner
from cra_plugin.engine.resume import request_resume
from cra_plugin.engine.sole_run import sole_run


def train(config: str,
          work_dir: str | None = None,
          resume: str | None = None,
          amp: str | None = None,
          seed: int | None = None,
          options: dict[str, Any] | None = None,
          launcher: str = 'none',
          auto_scale_lr: bool = False,
          verbose: bool = False) -> Runner:
    """Train as the config says.

    Args:
        config (str): The config file.
        work_dir (str, optional): Where logs and checkpoints go. Defaults to
            None: the config's, or ``work_dirs/<name of the config>``.
        resume (str, optional): ``'auto'`` continues from the latest whole
            checkpoint in ``work_dir``, a path from that checkpoint. Defaults
            to None.
        amp (str, optional): Mixed precision, ``'bf16'`` or ``'fp16'``.
            Defaults to None, as the config says.
        seed (int, optional): Seed of everything random. Defaults to None,
            the config's.
        options (dict, optional): ``--cfg-options``. Defaults to None.
        launcher (str): ``'none'``, ``'pytorch'``, ``'slurm'`` or ``'mpi'``.
            Defaults to 'none'.
        auto_scale_lr (bool): See :func:`scale_learning_rate`. Defaults to
            False.
        verbose (bool): Show on the terminal all that is in the file of the
            log. Defaults to False, a few lines.

    Returns:
        Runner: The runner after training.

    Raises:
        InputError: If the config, the data or the text model is at fault.
    """
    loaded = load_config(config, options, work_dir)
    if seed is not None:
        loaded.randomness = dict(loaded.get('randomness', {}), seed=seed)
    check_config(loaded)
    require_loop(loaded, 'train')
    require_inputs(loaded, ('train', 'val'))
    mix_precision(loaded, amp)
    scale_learning_rate(loaded, auto_scale_lr)
    with sole_run(loaded.work_dir, launcher):
        if resume is not None:
            request_resume(loaded, resume)
        runner = build_runner(loaded, launcher, verbose)
        check_disk_space(runner)
        try:
            runner.train()
        finally:
            stop_listening(runner)
    return runner


def build_runner(config: Config, launcher: str = 'none',
                 verbose: bool = False) -> Runner:
    """Build the runner of a completed config.

    Args:
        config (Config): A config of :func:`load_config`.
        launcher (str): As for :func:`train`. Defaults to 'none'.
        verbose (bool): As for :func:`train`. Defaults to False.

    Returns:
        Runner: The runner.
    """
    console = (config.get('default_hooks') or {}).get('console')
    if console and verbose:
        console.verbose = True
    # They were checked, and mmengine refuses those.
    config.param_scheduler = schedules_of_run(
        config.get('param_scheduler'),
        (config.get('train_cfg') or {}).get('max_epochs')) or None
    join_processes(config, launcher)
    name_run(config)
    runner = QuietRunner.from_cfg(config)
    check_names(config, unwrapped(runner.model), runner.logger)
    return runner

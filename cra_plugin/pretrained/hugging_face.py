"""Loading from Hugging Face: no hanging offline, no code of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from transformers import dynamic_module_utils
from transformers.utils import logging as transformers_logging

from cra_plugin.errors import InputError
from cra_plugin.utils.error_text import first_line

_PROBE_SECONDS = 5.0


def load_pretrained(loader: Any, name: str, field: str) -> Any:
    """Load from a folder, the local cache or the hub, in this order.

    Args:
        loader (Any): A class of transformers with ``from_pretrained``.
        name (str): A Hugging Face name or a local folder.
        field (str): The configuration field that errors name.

    Returns:
        Any: What ``from_pretrained`` returns.

    Raises:
        InputError: If it is in none of these places, or needs Python code
            that comes with it, which is never run. One short request is made
            before the hub is tried, so this does not hang offline.
    """
    name = str(Path(name).expanduser()) if name.startswith('~') else name
    with no_progress_bar():
        loaded, reason = _load(loader, name, field, local_files_only=True)
    if loaded is not None:
        return loaded
    folder = Path(name).is_dir() or name.startswith(('/', '.'))
    if not folder:
        try:
            HfApi().model_info(name, timeout=_PROBE_SECONDS)
            loaded, reason = _load(loader, name, field,
                                   local_files_only=False)
        except InputError:
            raise
        except Exception as error:  # any of the hub's and its client's errors
            reason = first_line(error)
    if loaded is not None:
        return loaded
    place = 'in that folder' if folder else 'in the local cache or on the hub'
    raise InputError(
        field, f'{name!r}, and nothing usable of that name {place} '
        f'({reason})', 'a Hugging Face name that can be reached or a folder '
        'written by save_pretrained',
        f'run `hf download {name}` beforehand where there is a network, or '
        f'set {field} to a folder, such as one of tools/make_text_model.py')


def _load(loader: Any, name: str, field: str,
          local_files_only: bool) -> tuple[Any | None, str]:
    """Try to load; give back what went wrong otherwise."""
    try:
        return loader.from_pretrained(
            name, local_files_only=local_files_only,
            # Unless it is told so, transformers asks at the keyboard.
            trust_remote_code=False), ''
    except Exception as error:  # transformers raises many kinds
        refuse_code(error, field, name)
        return None, first_line(error)


def refuse_code(error: Exception, field: str, name: str) -> None:
    """Say in one line that a model cannot be had without running its code.

    Args:
        error (Exception): What transformers raised.
        field (str): The configuration field at fault.
        name (str): Name or folder of the model.

    Raises:
        InputError: If transformers advises to run code.
    """
    if 'trust_remote_code=True' in str(error):
        raise InputError(
            field, f'{name!r}, which needs Python code of its own (auto_map '
            'in its config.json or tokenizer_config.json)',
            'a model that transformers knows without it',
            'use another model, or save its weights and tokenizer as those '
            'of a known model_type') from None


@contextmanager
def no_progress_bar() -> Iterator[None]:
    """Keep transformers from drawing a bar for what takes a moment.

    Nothing is downloaded meanwhile, which is worth a bar.
    """
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()


@contextmanager
def no_questions() -> Iterator[None]:
    """Keep transformers from asking at the keyboard whether to run code.

    It raises an error instead. For libraries that call it without
    ``trust_remote_code``.
    """
    before = dynamic_module_utils.TIME_OUT_REMOTE_CODE
    dynamic_module_utils.TIME_OUT_REMOTE_CODE = 0
    try:
        yield
    finally:
        dynamic_module_utils.TIME_OUT_REMOTE_CODE = before

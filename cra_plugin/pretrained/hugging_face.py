"""Loading from Hugging Face without hanging where there is no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huggingface_hub import HfApi

from cra_plugin.errors import InputError

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
        InputError: If it is in none of these places. One short request is
            made before the hub is tried, so this does not hang offline.
    """
    name = str(Path(name).expanduser()) if name.startswith('~') else name
    loaded, reason = _load(loader, name, local_files_only=True)
    if loaded is not None:
        return loaded
    folder = Path(name).is_dir() or name.startswith(('/', '.'))
    if not folder:
        try:
            HfApi().model_info(name, timeout=_PROBE_SECONDS)
            loaded, reason = _load(loader, name, local_files_only=False)
        except Exception as error:  # any of the hub's and its client's errors
            reason = _first_line(error)
    if loaded is not None:
        return loaded
    place = 'in that folder' if folder else 'in the local cache or on the hub'
    raise InputError(
        field, f'{name!r}, and nothing usable of that name {place} '
        f'({reason})', 'a Hugging Face name that can be reached or a folder '
        'written by save_pretrained',
        f'run `hf download {name}` beforehand where there is a network, or '
        f'set {field} to a folder, such as one of tools/make_text_model.py')


def _load(loader: Any, name: str,
          local_files_only: bool) -> tuple[Any | None, str]:
    """Try to load; give back what went wrong otherwise."""
    try:
        return loader.from_pretrained(
            name, local_files_only=local_files_only), ''
    except Exception as error:  # transformers raises many kinds
        return None, _first_line(error)


def _first_line(error: object) -> str:
    """Shorten an error for a one-line message."""
    return (str(error).strip().splitlines() or [''])[0][:200]

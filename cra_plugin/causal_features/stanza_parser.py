"""Parses questions and answers with a Stanza pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import stanza
from stanza.models.common.doc import Document
from stanza.pipeline.core import DownloadMethod, Pipeline
from stanza.resources.common import (
    DEFAULT_MODEL_DIR,
    get_language_resources,
    get_md5,
)

from cra_plugin.causal_features.bounded_text import break_text
from cra_plugin.compat.stanza_models import find_model_files
from cra_plugin.errors import InputError, describe
from cra_plugin.pretrained.encoder_module import checked_device
from cra_plugin.utils.error_text import first_line
from cra_plugin.utils.files import file_digest
from cra_plugin.utils.json_file import read_json_object
from cra_plugin.utils.key_warning import warn_of_keys

MAX_WORDS = 200
PROCESSORS = ('tokenize', 'pos', 'lemma', 'depparse')


class StanzaParser:
    """Dependency trees of Stanza's tokenizer, tagger and parser.

    It runs ``tokenize,pos,lemma,depparse``, with Stanza's expansion of
    multi-word tokens where the package has one. The models lie in a folder
    as ``stanza.download`` leaves it: ``resources.json`` and
    ``{language}/{processor}/{model}.pt``.

    Args:
        model_dir (str | Path, optional): The folder of the models. Defaults
            to None: Stanza's own, ``STANZA_RESOURCES_DIR`` where it is set.
        language (str): Stanza's code of a language. Defaults to 'en'.
        package (str): Its package. Defaults to 'default'.
        download (bool): Whether to fetch what is missing. Defaults to
            False: nothing is ever requested.
        device (str, optional): Where it runs. Defaults to None: the GPU
            where there is one.
        max_words (int): Words of the longest sentence. Longer ones are parsed
            in pieces of so many, with a warning, as their time and memory
            would know no bounds. Defaults to 200.

    Attributes:
        name (str): Stanza's version, the language, the package and a digest
            of the contents of all models, such as
            ``stanza 1.15.0 en default 1f2e3d4c5b6a``; ``max_words`` too
            where it is not the default.

    Raises:
        InputError: If models are missing, damaged or cannot be fetched.
    """

    def __init__(self,
                 model_dir: str | Path | None = None,
                 language: str = 'en',
                 package: str = 'default',
                 download: bool = False,
                 device: str | None = None,
                 max_words: int = MAX_WORDS) -> None:
        if max_words < 1:
            raise InputError('max_words', str(max_words), 'at least 1',
                             f'set --max-words {MAX_WORDS}')
        if device is not None:
            checked_device(device)
        folder = Path(model_dir or DEFAULT_MODEL_DIR).expanduser()
        if not download:
            for path in _find_models(folder, language, package):
                if not path.is_file():
                    raise _missing(path, 'no such file', language, folder)
        self.pipeline = _load(folder, language, package, download, device)
        digest = _digest(_find_models(folder, language, package))
        self.name = (f'stanza {stanza.__version__} {language} {package} '
                     f'{digest[:12]}')
        if max_words != MAX_WORDS:
            self.name += f' max_words {max_words}'
        self._max_words = max_words

    def parse(self, texts: Sequence[str]) -> list[Document]:
        """Parse texts in one call of the pipeline.

        A tree does not depend on the other texts.

        Args:
            texts (Sequence[str]): Texts as ``single_spaced`` leaves them,
                none empty: Stanza ends a sentence at an empty line.

        Returns:
            list[Document]: One document per text, in their order.
        """
        bounded = [break_text(text, self._max_words) for text in texts]
        warn_of_keys(
            [describe(text) for text, each in zip(texts, bounded)
             if each is not text],
            f'of more than {self._max_words} words, parsed in pieces', 'text')
        parsed: list[Document] = self.pipeline.bulk_process(bounded)
        return parsed


def _find_models(folder: Path, language: str, package: str) -> list[Path]:
    """List the files that the pipeline loads, as Stanza resolves them."""
    path = folder / 'resources.json'
    if not path.is_file():
        raise _missing(path, 'no such file', language, folder)
    resources = read_json_object(path)
    try:
        if get_language_resources(resources, language) is None:
            raise _missing(path, f'no language {language!r}', language,
                           folder)
        language = resources[language].get('alias', language)
        found, files = find_model_files(resources, language, package,
                                        PROCESSORS, folder)
    except (AttributeError, KeyError, TypeError) as error:
        raise _missing(path, f'no valid entry of {language!r} ({error!r})',
                       language, folder) from None
    absent = set(PROCESSORS) - found
    if absent:
        packages = ', '.join(resources[language]['packages'])
        raise InputError(
            path, f'no package {package!r} with {", ".join(sorted(absent))}',
            f'one of {packages}', 'choose one of these packages')
    return files


def _load(folder: Path, language: str, package: str, download: bool,
          device: str | None) -> Pipeline:
    """Build the pipeline; turn what goes wrong into one clear error."""
    method = (DownloadMethod.REUSE_RESOURCES if download else
              DownloadMethod.NONE)
    try:
        return Pipeline(
            language, str(folder), package=package,
            processors=','.join(PROCESSORS), logging_level='ERROR',
            download_method=method, device=device)
    except Exception as error:  # requests, hub, zip, pickle and torch errors
        reason = first_line(error)
        if download:
            raise InputError(
                folder, f'models that could not be fetched ({reason})',
                f'Stanza models of {language!r}, here or on the network',
                f'run {_command(language, folder)} where there is a network'
            ) from error
        path = _damaged(folder, language, package)
        raise InputError(
            path, f'a model that cannot be loaded ({reason})',
            f'a file of Stanza {stanza.__version__}',
            'delete it, then run ' * path.is_file() +
            _command(language, folder)) from error


def _damaged(folder: Path, language: str, package: str) -> Path:
    """Find the model that is not as ``resources.json`` says."""
    resources = read_json_object(folder / 'resources.json')
    language = resources[language].get('alias', language)
    for path in _find_models(folder, language, package):
        models = resources[language].get(path.parent.name, {})
        if get_md5(path) != models.get(path.stem, {}).get('md5'):
            return path
    return folder


def _digest(paths: Sequence[Path]) -> str:
    """Hash the contents of files in their order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(bytes.fromhex(file_digest(path)))
    return digest.hexdigest()


def _command(language: str, folder: Path) -> str:
    """Say how to fetch the models where there is a network."""
    return (f'python -c "import stanza; stanza.download({language!r}, '
            f'model_dir={str(folder)!r})"')


def _missing(path: Path, found: str, language: str,
             folder: Path) -> InputError:
    """Make the error for models that are not there."""
    return InputError(
        path, found, f'Stanza models of {language!r} in {folder}',
        f'run {_command(language, folder)}, or add --download, where there '
        'is a network')

"""The formats of predictions, and how one is recognized by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cra_plugin.errors import InputError, check_choice
from cra_plugin.evaluation.formats.cra_gqa import is_cra_gqa, read_cra_gqa
from cra_plugin.evaluation.formats.generic import read_generic
from cra_plugin.evaluation.formats.hawkeye import is_hawkeye, read_hawkeye
from cra_plugin.evaluation.formats.llovi import is_llovi, read_llovi
from cra_plugin.evaluation.formats.mupa import is_mupa, read_mupa
from cra_plugin.evaluation.formats.nextgqa import (
    is_nextgqa,
    read_nextgqa_predictions,
)
from cra_plugin.evaluation.formats.prediction_file import PredictionFile
from cra_plugin.evaluation.formats.prediction_record import (
    Kind,
    PredictionRecord,
)
from cra_plugin.evaluation.formats.sevila import is_sevila, read_sevila
from cra_plugin.evaluation.formats.videochat_r1 import (
    is_videochat_r1,
    read_videochat_r1,
)
from cra_plugin.evaluation.formats.videomind import (
    is_videomind,
    read_videomind,
)
from cra_plugin.evaluation.question_index import QuestionIndex

Reader = Callable[[PredictionFile, QuestionIndex, Kind],
                  Iterator[PredictionRecord]]


@dataclass(frozen=True)
class PredictionFormat:
    """One format of predictions.

    Attributes:
        name (str): What ``--format`` calls it.
        is_mine (Callable[[PredictionFile], bool]): Whether a file is of this
            format, by its content.
        read (Callable): ``(file, questions, kind)`` to records.
    """

    name: str
    is_mine: Callable[[PredictionFile], bool]
    read: Reader


GENERIC = PredictionFormat('generic', lambda file: True, read_generic)
# Those of projects; what is none of theirs is generic.
PROJECTS = (
    PredictionFormat('nextgqa', is_nextgqa, read_nextgqa_predictions),
    PredictionFormat('cra_gqa', is_cra_gqa, read_cra_gqa),
    PredictionFormat('sevila', is_sevila, read_sevila),
    PredictionFormat('llovi', is_llovi, read_llovi),
    PredictionFormat('hawkeye', is_hawkeye, read_hawkeye),
    PredictionFormat('videomind', is_videomind, read_videomind),
    PredictionFormat('mupa', is_mupa, read_mupa),
    PredictionFormat('videochat_r1', is_videochat_r1, read_videochat_r1),
)
FORMATS = {each.name: each for each in (GENERIC, *PROJECTS)}


def choose_format(file: PredictionFile,
                  name: str | None = None) -> PredictionFormat:
    """Choose the format of a file.

    Args:
        file (PredictionFile): What it holds.
        name (str, optional): A format, whatever the file looks like. Defaults
            to None: by the content.

    Returns:
        PredictionFormat: The format.

    Raises:
        InputError: If there is no such format, or the file may be of two.
    """
    if name is not None:
        check_choice('argument format', name, tuple(FORMATS))
        return FORMATS[name]
    found = [each for each in PROJECTS if each.is_mine(file)]
    if len(found) > 1:
        names = ' or '.join(each.name for each in found)
        raise InputError(file.path, f'what may be {names}', 'one format',
                         'name it by --format')
    return found[0] if found else GENERIC

"""Writes a small text model for the texts of given annotations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cra_plugin.annotations.formats import (
    find_annotations,
    read_annotations,
)
from cra_plugin.simulation.text_model import (
    TextModelSettings,
    annotation_texts,
    write_text_model,
)


def make_text_model(annotations: str | Path,
                    splits: Sequence[str],
                    out: str | Path,
                    settings: TextModelSettings,
                    files: Sequence[str | Path] = (),
                    dataset: str = 'nextgqa',
                    overwrite: bool = False) -> int:
    """Write a tokenizer trained on annotations and a random RoBERTa.

    Args:
        annotations (str | Path): Folder of ``{split}.csv`` and, if any,
            ``{split}_gpt4_sub.json``, whose paraphrases are used too; of
            ``STAR_{split}.json`` for STAR.
        splits (Sequence[str]): The splits to read.
        out (str | Path): The folder to write, for ``from_pretrained``.
        settings (TextModelSettings): The size of the model.
        files (Sequence[str | Path]): Further files of questions, in the
            format of the data set. Defaults to ().
        dataset (str): The format of the annotations, see
            :mod:`~cra_plugin.annotations.formats`. Defaults to 'nextgqa'.
        overwrite (bool): Replace files of others. Defaults to False.

    Returns:
        int: Entries of the vocabulary.

    Raises:
        InputError: If annotations are missing or malformed, or another
            model would be replaced.
    """
    sets = [
        find_annotations(dataset, annotations, split, require_spans=False)
        for split in splits
    ]
    sets += [read_annotations(dataset, file) for file in files]
    texts = set().union(*map(annotation_texts, sets))
    return write_text_model(sorted(texts), out, settings, overwrite)

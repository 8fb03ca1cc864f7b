"""Write a page to browse predictions."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cra_plugin.annotations.video_search import VideoSearch
from cra_plugin.apis.dumped_evidence import find_evidence, list_files
from cra_plugin.apis.join_predictions import Files, join_predictions
from cra_plugin.evaluation.output_files import check_page_file
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.key_warning import warn_of_keys
from cra_plugin.visualization.report_data import build_report_data
from cra_plugin.visualization.report_page import (
    GENERATOR,
    render_report_page,
)


def write_report(predictions: Files | None,
                 annotations: str | Path,
                 split: str,
                 out: str | Path,
                 videos: str | Path | None = None,
                 spans: Files | None = None,
                 attention: Files | None = None,
                 dataset: str = 'nextgqa',
                 normalized: bool = False,
                 overwrite: bool = False,
                 **options: Any) -> dict[str, Any]:
    """Evaluate predictions and write a page to browse them.

    The page is one file that needs no network: tables, and the questions as
    cards with choices, scores and a timeline, to be filtered, searched and
    sorted. Videos stay where they are; the page plays them from there.

    Args:
        predictions (Files, optional): The answers, in any format that
            :func:`~cra_plugin.apis.evaluate_predictions.
            evaluate_predictions` reads; None where only spans are predicted.
        annotations (str | Path): The folder of the annotations.
        split (str): The split that was predicted.
        out (str | Path): The page, ``.html``.
        videos (str | Path, optional): A folder of the videos. Defaults to
            None: without videos.
        spans (Files, optional): Predicted spans. Defaults to None: see
            ``attention``.
        attention (Files, optional): Weights of the frames. Defaults to None:
            where no spans are given either, ``<stem>_attention.json`` beside
            the predictions (unless ``normalized``), else
            ``<stem>_spans.json``, else the spans in the predictions.
        dataset (str): The format of the annotations. Defaults to 'nextgqa'.
        normalized (bool): Whether ``spans`` are fractions of the duration.
            Defaults to False.
        overwrite (bool): Replace whatever is at ``out``. Defaults to False:
            only what was written by this.
        **options (Any): Further ones of ``evaluate_predictions``.

    Returns:
        dict[str, Any]: The report that the page begins with.

    Raises:
        InputError: As ``evaluate_predictions``; if there is no folder of
            videos, a video has several files, or ``out`` holds something
            else.
    """
    check_page_file(out, GENERATOR, overwrite)
    search = None if videos is None else VideoSearch(videos)
    if spans is None and attention is None:
        found = find_evidence(predictions, annotations, split, dataset,
                              normalized)
        spans, attention = found.get('spans'), found.get('attention')
    joined = join_predictions(
        annotations, split, predictions, spans, normalized, attention,
        dataset=dataset, **options)
    report = joined.report()
    urls = {} if search is None else _link_videos(
        search, (each.video_id for each in joined.questions), out)
    names = [file.name for files in (predictions, spans, attention)
             for file in list_files(files)]
    page = render_report_page(f'{dataset} {split}: {", ".join(names)}',
                              report, build_report_data(joined, urls))
    with atomic_path(out) as temporary:
        # Names in files may hold what is no letter of UTF-8.
        temporary.write_bytes(page.encode('utf-8', 'xmlcharrefreplace'))
    return report


def _link_videos(search: VideoSearch, video_ids: Iterable[str],
                 out: str | Path) -> dict[str, str]:
    """Video to its URL, relative to the page."""
    found = search.find(list(dict.fromkeys(video_ids)))
    warn_of_keys([video for video, path in found.items() if path is None],
                 'without a file, whose questions have no player', 'video')
    folder = Path(os.path.abspath(out)).parent
    # A browser goes up by the names of folders, not through links.
    return {video: quote(Path(os.path.relpath(path, folder)).as_posix())
            for video, path in found.items() if path is not None}

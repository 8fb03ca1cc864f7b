"""How the results of many runs are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cra_plugin.ablation.result_table import render_results, write_csv
from cra_plugin.errors import InputError
from cra_plugin.utils.counted import counted
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.json_file import write_json


def report_results(results: Mapping[str, Any], out: str | Path,
                   json: str | Path, csv: str | Path,
                   markdown: str | Path) -> None:
    """Write the results, print their table, and name runs that failed.

    Args:
        results (Mapping[str, Any]): Of
            :func:`~cra_plugin.ablation.results.gather_results`.
        out (str | Path): Folder of the runs, for messages.
        json (str | Path): File for the results.
        csv (str | Path): File for one line per run.
        markdown (str | Path): File for the table, and with the suffix
            ``.png`` for its picture.

    Raises:
        InputError: If runs failed.
    """
    table = render_results(results)
    write_json(json, results, 1)
    write_csv(csv, results)
    with atomic_path(markdown) as temporary:
        temporary.write_text(table + '\n', encoding='utf-8')
    if results['rows']:
        from cra_plugin.visualization.result_chart import draw_results
        draw_results(results, Path(markdown).with_suffix('.png'))
    print(table)
    if results['failed']:
        names = '; '.join(each['run'] for each in results['failed'])
        raise InputError(
            out, f'{counted(len(results["failed"]), "run")} that failed: '
            f'{names}', 'runs that end',
            'see their logs, then run the same command again')

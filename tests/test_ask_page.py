"""The commands and snippets of docs/ask.md, run."""

import re
import shlex

import numpy as np
import pytest

from tests.helpers.doc_snippets import DOCS, python_blocks

PAGE = (DOCS / 'ask.md').read_text()
EXAMPLES = re.findall(
    r'```bash\n(python tools/infer\.py examples/.*?)```\n\n```\n(.*?)```',
    PAGE, re.S)


@pytest.mark.parametrize('command, printed', EXAMPLES)
def test_commands_print_what_the_page_says(command, printed, run_here,
                                           tmp_path, monkeypatch):
    monkeypatch.chdir(DOCS.parent)
    _, _, *arguments = shlex.split(command.replace('\\\n', ' '))
    if '--out' in arguments:
        arguments[arguments.index('work_dirs/answer')] = str(tmp_path / 'a')
    status, out, errors = run_here('infer.py', *arguments, '--cache',
                                   tmp_path, '--device', 'cpu')
    assert status == 0, errors
    shown = [line for line in printed.splitlines()
             if line not in ('...', 'written to work_dirs/answer')]
    assert shown == out.splitlines()[:len(shown)]


def test_snippets_of_python(tiny_clip_folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(DOCS.parent)
    scope = dict(features=np.eye(6, 12), seconds=np.arange(6.) * 10)
    for code in python_blocks('ask.md'):
        if 'gradio_client' in code:
            continue  # tests/tools/test_app.py asks like this
        code = code.replace("'answer.svg'", f"{str(tmp_path / 'a.svg')!r}")
        exec(code.replace(
            "'configs/zeroshot_clip.py'", "'configs/zeroshot_clip.py', "
            "options={'model.text_encoder.model': 'local-dir:"
            f"{tiny_clip_folder}'}}"), scope)
    assert capsys.readouterr().out.startswith('cyan (')
    assert (tmp_path / 'a.svg').is_file()
    yellow, circle = scope['results']
    assert (yellow.answer, circle.answer) == ('yellow', 'circle')
    assert scope['grounded'].answer is None
    assert scope['result'].duration == 60 and len(EXAMPLES) == 2

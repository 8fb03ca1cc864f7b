"""Files and outputs as people have them, through a tool."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.forked_python import fork_tool
from tests.helpers.tool_process import REPOSITORY, assert_refused, run_tool

ANSWERS = '{"v1_0": {"prediction": 1}, "v1_1": {"prediction": 2}}'
SPANS = '{"v1_0": [2, 4], "v1_1": [0, 12]}'


@pytest.fixture
def folder(tmp_path):
    """Annotations of two questions and predictions for them."""
    for name, content in {
            'gsub_val.json': '{"v1": {"duration": 20, "location": {'
            '"0": [[2, 6]], "1": [[10, 20]]}}}',
            'frame2time_val.json': '{"v1": [1, 6, 11, 19]}',
            'answers.json': ANSWERS, 'spans.json': SPANS,
            'val.csv': 'video_id,question,answer,qid,type,a0,a1,a2,a3,a4\n'
            'v1,why,b,0,CW,a,b,c,d,e\nv1,how,c,1,CH,a,b,c,d,e\n'}.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def evaluate(folder, *arguments, **environment):
    """Run ``tools/eval_predictions.py`` in the folder of its files.

    Forked, unless by variables that an interpreter reads as it starts.
    """
    run = run_tool if environment else fork_tool
    return run('eval_predictions.py', '--annotations', '.', '--answers',
               'answers.json', *arguments, cwd=folder, **environment)


def table(process):
    """The words of what was printed, lines of tables left out."""
    assert (process.returncode, process.stderr) == (0, '')
    return [word for word in process.stdout.split() if word.strip('-─')]


@pytest.mark.parametrize('encoding', ['cp1252', 'ascii', 'latin-1'])
def test_a_table_in_the_letters_that_there_are(folder, encoding):
    content = (folder / 'val.csv').read_text().replace('CH', 'CH✓').replace(
        'CW', '視')
    (folder / 'val.csv').write_text(content, encoding='utf-8')
    found = table(evaluate(folder, '--spans', 'spans.json',
                           PYTHONIOENCODING=encoding))
    expected = table(evaluate(folder, '--spans', 'spans.json',
                              PYTHONIOENCODING='utf-8'))
    assert {'視', 'CH✓'} < set(expected)
    assert found == [word.replace('視', '\\u8996').replace('✓', 'v')
                     for word in expected]


@pytest.mark.parametrize(('streams', 'status', 'words'), [
    ('>&-', 0, ''), ('2>&-', 0, ''), ('<&- >&- 2>&-', 0, ''),
    ('>/dev/full', 2, 'stdout or another output: No space left on device'),
    ('--help | true', 0, ''), ('| true', 0, ''),
    ('--answers none.json >&-', 2, 'none.json'),
    ('--answers none.json 2>/dev/full', 2, ''),
    ('--answers none.json >&- 2>&-', 2, '')])
def test_streams_that_are_closed_full_or_unread(folder, streams, status,
                                                words):
    process = subprocess.run(
        ['bash', '-o', 'pipefail', '-c', f'"{sys.executable}" '
         f'"{REPOSITORY}/tools/eval_predictions.py" --annotations . '
         '--answers answers.json --spans spans.json --json report.json '
         f'{streams}'], cwd=folder, text=True, stderr=subprocess.PIPE)
    assert (process.returncode, words in process.stderr) == (status, True)
    assert process.stderr.count('\n') == bool(words)
    if 'none.json' not in streams and '--help' not in streams:
        assert json.loads((folder / 'report.json').read_text())


def test_what_a_terminal_obeys_is_not_printed(folder):
    assert_refused(evaluate(folder, '--spans', 'a\x1b[31mb\x9b'),
                   'a\\x1b[31mb\\x9b: found no such file')


@pytest.mark.parametrize(('option', 'name', 'words'), [
    ('--answers', '/dev/zero', 'found a device'),
    ('--answers', '.', 'found a folder'),
    ('--annotations', 'spans.json', 'no such file')])
def test_what_is_no_file(folder, option, name, words):
    assert_refused(evaluate(folder, '--spans', 'spans.json', option, name),
                   f'error: {name}', words)


@pytest.mark.parametrize(('name', 'content', 'words'), [
    ('answers.json', ANSWERS[:-1] + ', ' + ANSWERS[1:],
     "the key 'v1_0' twice"),
    ('answers.json', '{"v1_0": {"prediction": 1, "prediction": 0}}',
     "the key 'prediction' twice"),
    ('gsub_val.json', '{"v1": {"duration": 1e308, "location": {}}}',
     'duration'),
    ('spans.json', '{"v1_0": [-1e308, 1e308]}', 'question v1_0'),
    ('spans.json', '{"v1_0": [0, ' + '9' * 4000 + ']}', 'question v1_0'),
    ('spans.json', '{"v1_0": ' + '[' * 900 + ']' * 900 + '}',
     'question v1_0'),
    ('val.csv', 'video_id,video_id\n', 'video_id twice'),
    ('val.csv', 'video_id,"' + 'a' * 200000, 'field larger'),
])
def test_content_that_is_refused(folder, name, content, words):
    (folder / name).write_text(content)
    process = evaluate(folder, '--spans', 'spans.json')
    assert_refused(process, name, words)
    assert len(process.stderr) < 900


@pytest.mark.parametrize('name', ['answers.json', 'spans.json',
                                  'gsub_val.json', 'val.csv'])
def test_a_byte_order_mark_changes_nothing(folder, name):
    plain = evaluate(folder, '--spans', 'spans.json')
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(b'\xef\xbb\xbf' + content)
    marked = evaluate(folder, '--spans', 'spans.json')
    assert (marked.returncode, marked.stdout) == (0, plain.stdout)


def test_weights_that_overflow_when_added(folder):
    reports = []
    for scale in (1., 1e307):
        (folder / 'weights.json').write_text(json.dumps(
            {f'v1_{row}': [weight * scale for weight in weights]
             for row, weights in enumerate([[.5, 9, 8.5, 4],
                                            [-9, 3, 2, 9]])}))
        process = evaluate(folder, '--attention', 'weights.json', '--json',
                           'report.json')
        assert (process.returncode, process.stderr) == (0, '')
        reports.append((folder / 'report.json').read_text())
    assert reports[0] == reports[1]


def reports(text):
    """The JSON report and the table in what a tool printed."""
    end = text.index('\n}\n') + 3
    return json.loads(text[:end]), text[end:]


@pytest.mark.parametrize('place', ['/dev/stdout', '/proc/self/fd/1'])
@pytest.mark.parametrize('redirection', ['>', '>>', '|'])
def test_a_report_into_stdout(folder, place, redirection):
    (folder / 'printed').write_text('' if redirection == '>' else 'before\n')
    command = (f'{sys.executable} {REPOSITORY}/tools/eval_predictions.py '
               '--annotations . --answers answers.json --spans spans.json '
               f'--json {place} {redirection} ')
    subprocess.run(
        command + ('cat >> printed' if redirection == '|' else 'printed'),
        shell=True, check=True, cwd=folder)
    printed = (folder / 'printed').read_text()
    if redirection != '>':
        assert printed.startswith('before\n')
        printed = printed.removeprefix('before\n')
    report, table = reports(printed)
    assert report['num_questions'] == 2 and 'Acc@GQA' in table


def test_a_report_into_a_device(folder):
    process = evaluate(folder, '--spans', 'spans.json', '--json', '/dev/null')
    assert (process.returncode, process.stderr) == (0, '')
    assert Path('/dev/null').is_char_device()
    assert_refused(
        evaluate(folder, '--spans', 'spans.json', '--json', '/dev/full'),
        '/dev/full', 'No space left on device')


def test_a_report_where_none_can_be(folder):
    assert_refused(
        evaluate(folder, '--spans', 'spans.json', '--json', '.'),
        'error: .: found a folder')
    assert_refused(
        evaluate(folder, '--spans', 'none.json', '--json', 'val.csv/report'),
        'val.csv: found a file')

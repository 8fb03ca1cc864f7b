"""The tools as a user runs them: a process, its output, its exit status."""

import json
import subprocess
import sys

import pytest

from tests.helpers.forked_python import fork_tool
from tests.helpers.tool_process import REPOSITORY, assert_refused, run_tool


@pytest.fixture
def tiny_predictions(tmp_path):
    """Annotations of two questions and predictions for them."""
    contents = {
        'gsub_val.json': {'v1': {'duration': 20, 'location': {
            '0': [[2, 6]], '1': [[10, 20]]}}},
        'answers.json': {'v1_0': {'prediction': 1, 'answer': 1},
                         'v1_1': {'prediction': 2, 'answer': 2}},
        'spans.json': {'v1_0': [2, 4], 'v1_1': [0, 12]},
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(json.dumps(content))
    (tmp_path / 'val.csv').write_text(
        'video_id,question,answer,qid,type,a0,a1,a2,a3,a4\n'
        'v1,why,b,0,CW,a,b,c,d,e\nv1,how,c,1,CH,a,b,c,d,e\n')
    return tmp_path


def eval_predictions(folder, *arguments):
    """Run ``tools/eval_predictions.py`` in the folder of its files."""
    return run_tool('eval_predictions.py', '--annotations', '.', '--answers',
                    'answers.json', *arguments, cwd=folder)


def test_eval_predictions_prints_and_writes(tiny_predictions):
    process = eval_predictions(tiny_predictions, '--spans', 'spans.json',
                               '--json', 'new/report.json')
    assert process.returncode == 0, process.stderr
    assert process.stderr == ''
    assert 'Acc@GQA' in process.stdout
    report = json.loads((tiny_predictions / 'new/report.json').read_text())
    assert (report['Acc@GQA'], report['Acc@VQA']) == (50, 100)
    assert report['by_type'].keys() == {'CW', 'CH'}


def test_eval_predictions_reads_one_csv(tiny_predictions):
    (tiny_predictions / 'all.csv').write_text(
        'video,qid,prediction,span\nv1,0,(B),"[2, 4]"\nv1,1,,"[0, 12]"\n')
    process = run_tool('eval_predictions.py', '--annotations', '.',
                       '--answers', 'all.csv', '--json', 'report.json',
                       cwd=tiny_predictions)
    assert process.stderr == ('warning: 1 question whose answer is -1 or '
                              'null, counted as wrong (v1_1)\n')
    assert '0 missing, 1 unparsed, 0 unknown' in process.stdout
    report = json.loads((tiny_predictions / 'report.json').read_text())
    assert (report['Acc@GQA'], report['num_unparsed']) == (50, 1)


def test_eval_predictions_shows_what_it_reads(tiny_predictions):
    (tiny_predictions / 'answers.json').write_text('{"v1_0": "no idea"}')
    process = eval_predictions(tiny_predictions, '--format', 'generic')
    assert_refused(process, 'answers.json, question v1_0', '{"v1_0": "D"}')


def test_eval_predictions_warns_of_missing_questions(tiny_predictions):
    (tiny_predictions / 'spans.json').write_text('{"v1_0": [2, 4]}')
    process = eval_predictions(tiny_predictions, '--spans', 'spans.json')
    assert process.returncode == 0
    assert process.stderr == ('warning: 1 question without a prediction, '
                              'counted as wrong (v1_1)\n')
    process = eval_predictions(tiny_predictions, '--spans', 'spans.json',
                               '--missing', 'skip')
    assert '1 question, 1 missing' in process.stdout


def test_eval_predictions_prints_protocols(tiny_predictions):
    spans = {'v1_0': [[8, 9], [2, 6]]}
    (tiny_predictions / 'spans.json').write_text(json.dumps(spans))
    process = eval_predictions(
        tiny_predictions, '--spans', 'spans.json', '--protocol', 'union',
        '--protocols', 'all', '--json', 'report.json')
    assert 'several spans, which count together (v1_0)' in process.stderr
    report = json.loads((tiny_predictions / 'report.json').read_text())
    assert (report['protocol'], report['mIoU']) == ('union', 40)
    assert {name: each['mIoU'] for name, each in report['protocols'].items()
            if each['mIoU']} == {'union': 40, 'best-of-spans': 50, 'top5': 50}
    assert report['protocols']['nextgqa']['num_questions'] == 1
    assert '* union' in process.stdout
    assert_refused(
        eval_predictions(tiny_predictions, '--spans', 'bad.json',
                         '--protocols', 'rextime', 'all', '--missing', 'skip'),
        'bad.json: found no such file')


def test_eval_predictions_refuses_bad_input(tiny_predictions):
    (tiny_predictions / 'bad.json').write_text('{"v1_0": [4, NaN]}')
    assert_refused(
        eval_predictions(tiny_predictions, '--spans', 'bad.json', '--json',
                         'report.json'),
        'error: bad.json, question v1_0', '[4, nan]')
    assert not (tiny_predictions / 'report.json').exists()
    assert_refused(
        eval_predictions(tiny_predictions, '--spans', 'none.json'),
        'none.json: found no such file')
    assert_refused(
        eval_predictions(tiny_predictions, '--split', 'test', '--spans',
                         'spans.json'), 'gsub_test.json')
    assert_refused(
        eval_predictions(tiny_predictions, '--dataset', 'star', '--spans',
                         'spans.json'), 'STAR_val.json: found no such file')


def test_eval_predictions_needs_no_torch(tiny_predictions):
    code = ('import runpy, sys\n'
            'sys.modules.update(torch=None, mmengine=None)\n'
            f'sys.argv = ["eval_predictions.py", "--annotations", ".", '
            '"--answers", "answers.json", "--spans", "spans.json"]\n'
            f'runpy.run_path({str(REPOSITORY / "tools")!r} + '
            '"/eval_predictions.py", run_name="__main__")')
    process = subprocess.run([sys.executable, '-c', code],
                             cwd=tiny_predictions, capture_output=True,
                             text=True, timeout=600)
    assert process.returncode == 0, process.stderr
    assert 'Acc@GQA' in process.stdout


def test_eval_predictions_equals_golden(shared_dir, tmp_path):
    folder = shared_dir / 'golden' / 'metrics_val'
    golden = json.loads((folder / 'expected_metrics.json').read_text())
    for name, arguments in (
        ('seconds', ['--spans', folder / 'spans_seconds.json']),
        ('normalized', ['--spans', folder / 'spans_normalized.json',
                        '--normalized']),
        ('posthoc', ['--attention', folder / 'attention.json', '--decoder',
                     'adaptive', '--preset', 'release'])):
        process = run_tool('eval_predictions.py', '--annotations',
                           shared_dir / 'data' / 'nextgqa', '--dataset',
                           'nextgqa', '--split', 'val', '--answers',
                           folder / 'answers.json', '--json', 'report.json',
                           *arguments, cwd=tmp_path)
        assert process.returncode == 0, process.stderr
        report = json.loads((tmp_path / 'report.json').read_text())
        assert {key: report[key] for key in golden[name]
                } == pytest.approx(golden[name], abs=1e-6)


CONFIG = REPOSITORY / 'configs' / 'cra_nextgqa.py'


def test_train_refuses_bad_input(tiny_world, causal_options, as_arguments,
                                 tmp_path):
    assert_refused(run_tool('train.py', tmp_path / 'none.py'),
                   'none.py: found no such file')
    options = causal_options | {
        'model.text_encoder.name': '/no/text/model', 'log_level': 'ERROR'}
    process = fork_tool('train.py', CONFIG, '--work-dir', tmp_path,
                        *as_arguments(options), cwd=tmp_path)
    assert process.returncode == 2
    assert process.stderr.splitlines()[-1].startswith(
        'error: model.text_encoder.name: found ')
    assert 'Traceback' not in process.stderr

"""What an evaluation gains over a loop, through the tool."""

import csv
import json

import pytest

from cra_plugin.apis import benchmark_evaluation

TOOL = 'analysis_tools/benchmark.py'
HEADER = ['video_id', 'question', 'answer', 'qid', 'type',
          *(f'a{number}' for number in range(5))]


@pytest.fixture
def folder(tmp_path):
    """Two videos of three questions, with spans but for the split val."""
    for split in ('test', 'val'):
        with open(tmp_path / f'{split}.csv', 'w', newline='') as file:
            csv.writer(file).writerows([HEADER, *(
                [f'v{video}', f'why {qid}', 'c1', qid, 'CW',
                 *(f'c{number}' for number in range(5))]
                for video in range(2) for qid in range(3))])
    (tmp_path / 'gsub_test.json').write_text(json.dumps({
        f'v{video}': {'duration': 20, 'location': {
            str(qid): [[2, 9]] for qid in range(3)}} for video in range(2)}))
    return tmp_path


@pytest.fixture
def calls(monkeypatch):
    """Of how many questions spans were decoded, call after call."""
    seen, decode = [], benchmark_evaluation.spans_from_attention

    def recording(questions, *given):
        seen.append(len(questions))
        return decode(questions, *given)

    monkeypatch.setattr(benchmark_evaluation, 'spans_from_attention',
                        recording)
    return seen


def test_one_line(run_here, folder, calls):
    status, printed, errors = run_here(
        TOOL, 'evaluation', '--annotations', folder, '--split', 'test',
        '--rounds', '2', '--loop-questions', '4')
    assert status == 0, errors
    (line, ) = printed.splitlines()
    name, ratio, plain, ours, unit = line.split()
    assert (name, unit) == ('evaluation', 'questions/s')
    assert float(ratio) == pytest.approx(float(ours) / float(plain), abs=.05)
    assert calls == [1, 1, 1, 1, 6] * 2
    assert errors == 'columns: name, ratio, plain, ours, unit\n'


def test_as_many_weights_as_frame_times(run_here, folder):
    (folder / 'frame2time_test.json').write_text(json.dumps(
        {'v0': [1, 5, 9, 13], 'v1': [2, 4, 8]}))
    status, printed, errors = run_here(
        TOOL, 'evaluation', '--annotations', folder, '--split', 'test',
        '--rounds', '1')
    assert status == 0, errors
    assert printed.startswith('evaluation ')


@pytest.mark.parametrize(('options', 'message'), [
    (['--rounds', '0'], 'error: --rounds: found 0'),
    (['--loop-questions', '0'], 'error: --loop-questions: found 0'),
    (['--split', 'val'], 'gsub_val.json')])
def test_nothing_to_time(run_here, folder, options, message):
    status, _, errors = run_here(
        TOOL, 'evaluation', '--annotations', folder, *options)
    assert status == 2 and message in errors
    assert len(errors.strip().splitlines()) == 1

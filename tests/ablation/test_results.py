"""Tables of folders whose runs are finished, or not."""

import csv
from statistics import stdev

import pytest

from cra_plugin.ablation.plan import Plan, TestSet, Variant
from cra_plugin.ablation.result_table import render_results, write_csv
from cra_plugin.ablation.results import PRIOR, gather_results
from cra_plugin.ablation.run_folder import BEGUN, NEW, RunFolder

SCORES = {'base': {1: 10, 2: 14, 3: 12}, 'gate': {1: 13, 2: 15}}


def report(score):
    prior = {'Acc@GQA': score / 2}
    return {'Acc@GQA': float(score), 'PIoU': None,
            'priors': {'low': {'Acc@GQA': 0.0}, 'middle': prior}}


@pytest.fixture
def results(tmp_path):
    plan = Plan('a.py', (Variant('base'), Variant('gate')),
                tests=(TestSet('iid', digest='new'), ))
    runs = plan.runs()
    for run in runs:
        folder, score = (RunFolder(tmp_path, run),
                         SCORES[run.variant].get(run.seed))
        folder.prepare({})
        if score is None:
            # Tested with other settings, and then broken.
            folder.keep(TestSet('iid', digest='old'), report(99))
            folder.fail('memory ran out')
        else:
            folder.keep(run.tests[0], report(score))
    return gather_results(runs, str(tmp_path), 'base',
                          ('Acc@GQA', 'PIoU', PRIOR))


def test_mean_spread_and_paired_differences(results):
    base, gate = results['rows']
    assert (base['mean']['Acc@GQA'], base['std']['Acc@GQA']) == (12, 2)
    assert base['difference']['Acc@GQA'] is None
    # Seed 3 is missing here, so that it counts nowhere.
    assert gate['values']['Acc@GQA'] == {'1': 13, '2': 15}
    assert gate['difference']['Acc@GQA'] == 2
    assert gate['difference_std']['Acc@GQA'] == stdev([3, 1])
    assert gate['mean'][PRIOR] == 7 and gate['mean']['PIoU'] is None


def test_failed_runs_are_named_with_their_log(results, tmp_path):
    (failed, ) = results['failed']
    log = tmp_path / 'gate_seed3' / 'log.txt'
    assert failed == {'run': 'gate, seed 3', 'reason': 'memory ran out',
                      'log': str(log)}
    assert results['unfinished'] == []


def test_markdown(results):
    lines = render_results(results).splitlines()
    cells = [[cell.strip() for cell in line.split('|')[1:-1]]
             for line in lines if line.startswith('|')]
    assert ['base', '3', '12.0 ± 2.0', '-', '6.0 ± 1.0'] in cells
    assert ['gate', '+2.0 ± 1.4', '-', '+1.0 ± 0.7'] in cells
    assert len({len(row) for row in cells[:4]}) == 1
    assert lines[-1].startswith('Failed: gate, seed 3: memory ran out (log:')


def test_csv(results, tmp_path):
    write_csv(tmp_path / 'a.csv', results)
    with open(tmp_path / 'a.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[3] == {
        'variant': 'gate', 'test': 'iid', 'metric': 'Acc@GQA', 'seeds': '2',
        'mean': '14.0', 'std': str(stdev([13, 15])), 'difference': '2.0',
        'difference_std': str(stdev([3, 1]))}
    assert rows[4]['mean'] == ''


def test_one_seed_has_no_spread(tmp_path):
    (run, ) = Plan('a.py', (Variant('base'), ), seeds=(1, )).runs()
    folder = RunFolder(tmp_path, run)
    assert folder.state() == NEW
    (folder.path / 'nested').mkdir(parents=True)
    assert folder.state() == BEGUN
    unfinished = gather_results([run], str(tmp_path), 'base', ('Acc@GQA', ))
    assert unfinished['unfinished'] == ['base, seed 1']
    assert 'Not finished: base, seed 1' in render_results(unfinished)
    folder.keep(run.tests[0], report(7))
    (row, ) = gather_results([run], str(tmp_path), 'base',
                             ('Acc@GQA', ))['rows']
    assert (row['mean'], row['std']) == ({'Acc@GQA': 7}, {'Acc@GQA': None})

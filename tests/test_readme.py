"""Commands of the pages, run in their order on a tiny world."""

import importlib
import json
import re
import shlex
import sys

import pytest

from cra_plugin.apis.train import train
from tests.helpers.tool_process import REPOSITORY

README = (REPOSITORY / 'README.md').read_text()


def commands(heading, tool, page=README):
    """The arguments of each call of a tool in a section, in order."""
    section = page.split(f'# {heading}\n')[1].split('\n## ')[0]
    blocks = re.findall(r'```bash\n(.*?)```', section, re.S)
    lines = ''.join(blocks).replace('\\\n', ' ').splitlines()
    start = f'python tools/{tool}.py '
    return [shlex.split(line)[2:] for line in lines if line.startswith(start)]


@pytest.fixture(scope='module')
def folder(tmp_path_factory, tiny_world, tiny_options):
    """A folder with data and a training, where the README expects them."""
    folder = tmp_path_factory.mktemp('readme')
    (folder / 'configs').symlink_to(REPOSITORY / 'configs')
    (folder / 'data').mkdir()
    (folder / 'data' / 'nextgqa').symlink_to(tiny_world)
    train(str(REPOSITORY / 'configs/cra_nextgqa.py'),
          str(folder / 'work_dirs' / 'simulated'), options=tiny_options | {
              'model.causal_intervention': None, 'log_level': 'WARNING',
              'train_dataloader.dataset.ann_file': 'test.csv',
              'train_dataloader.dataset.features.path': 'features_test.h5'})
    return folder


@pytest.fixture
def run(folder, monkeypatch):
    """Run a tool's command line in that folder."""
    monkeypatch.chdir(folder)

    def run_command(tool, arguments):
        monkeypatch.setattr(sys, 'argv', [f'tools/{tool}.py', *arguments])
        importlib.import_module(f'cra_plugin.cli.{tool}').main()

    return run_command


def logged(folder):
    return sorted(folder.rglob('*.log'))[-1].read_text()


def test_the_blocks_of_evaluation_fit_together(
        run, folder, as_arguments, tiny_options, capsys):
    (test, ) = commands('Evaluation', 'test')
    test[test.index('CHECKPOINT')] = 'work_dirs/simulated/epoch_2.pth'
    run('test', [*test, '--json', 'expected.json', *as_arguments(
        tiny_options | {'data_root': 'data/nextgqa',
                        'model.causal_intervention': None})])
    expected = json.loads((folder / 'expected.json').read_text())
    spans, attention = commands('Evaluation', 'eval_predictions')
    capsys.readouterr()
    for arguments in (spans, [*attention, '--json', 'metrics.json']):
        run('eval_predictions', arguments)
        found = json.loads((folder / 'metrics.json').read_text())
        assert found['Acc@GQA'] == expected['Acc@GQA']
        assert found['mIoP'] == pytest.approx(expected['mIoP'])
    assert 'questions, 0 missing, 0 unknown' in capsys.readouterr().out


def test_the_bench_is_tested_on_other_videos(run, folder):
    page = (REPOSITORY / 'docs' / 'benchmarks.md').read_text()
    (test, ) = commands('One run by hand', 'test', page)
    test = [each.replace('epoch_6', 'epoch_2') for each in test]
    before = (folder / test[0]).read_text()
    run('test', test)
    assert 'trained on' not in logged(folder)
    assert (folder / test[0]).read_text() == before
    # As the config says: what the bench trains on.
    run('test', test[:test.index('--split')])
    assert 'trained on 3 of the 3 videos of' in logged(folder)

import shutil
from pathlib import Path

import pytest

from cra_plugin.apis import dry_run as module
from cra_plugin.apis.dry_run import GIB, Cost, dry_run
from cra_plugin.errors import InputError
from tests.helpers.forked_python import fork_tool

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
COST = Cost(epochs=30, batches=500, batch_seconds=.5, validations=10,
            validation_seconds=60, memory_bytes=3 * GIB, on_cuda=False,
            checkpoint_bytes=GIB, free_bytes=8 * GIB)


def test_what_a_full_run_costs():
    assert COST.total_seconds == 30 * 500 * .5 + 10 * 60
    assert COST.lines() == [
        'time: about 2 h 15 min = 30 epochs x 500 batches x 0.5 s + 10 '
        'validations x 60 s',
        'memory: 3.00 GiB of this process',
        'disk: up to 1.00 GiB of checkpoints, 8.00 GiB are free']


def test_the_first_batch_does_not_count():
    timer = module._StepTimer('train', 9)
    timer.moments = [0, 100, 101, 103, 104]
    assert timer.seconds() == 1
    timer.moments = [0, 100]
    assert timer.seconds() == 100


def test_data_that_fill_no_batch(tmp_path, causal_options):
    with pytest.raises(InputError, match='fewer than a batch, with drop_la'):
        dry_run(CONFIG, str(tmp_path), options=causal_options | {
            'train_dataloader.drop_last': True,
            'train_dataloader.batch_size': 9999})


def test_measures_a_run_and_leaves_nothing(tmp_path, causal_options):
    folder = tmp_path / 'not' / 'yet'
    cost = dry_run(CONFIG, str(folder), options=causal_options | {
        'train_cfg.max_epochs': 7, 'train_cfg.val_interval': 3}, steps=2)
    assert not folder.parent.exists()
    assert (cost.epochs, cost.validations) == (7, 3)
    assert cost.batches > 2
    assert cost.batch_seconds > 0 < cost.validation_seconds
    assert cost.memory_bytes > 2**20
    assert 0 < cost.checkpoint_bytes < cost.free_bytes


@pytest.mark.parametrize(('changes', 'words'), [
    ({'model.text_encoder.name': '/no/text/model'}, 'text_encoder.name'),
    ({'train_dataloader.dataset.features.path': 'none.h5'}, 'none.h5'),
    ({'val_dataloader.dataset.features.path': 'none.h5'}, 'none.h5'),
    ({'model.video_encoder.out_dim': 13}, 'out_dim')])
def test_bad_input_is_found(tmp_path, causal_options, changes, words):
    with pytest.raises(InputError, match=words):
        dry_run(CONFIG, str(tmp_path), options=causal_options | changes)


def test_missing_room(tmp_path, causal_options, monkeypatch):
    (tmp_path / 'file').touch()
    with pytest.raises(InputError, match='cannot be written to'):
        dry_run(CONFIG, str(tmp_path / 'file' / 'run'),
                options=causal_options)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, 'disk_usage',
                        lambda _: usage._replace(free=5))
    with pytest.raises(InputError, match='room for the checkpoints'):
        dry_run(CONFIG, str(tmp_path), options=causal_options, steps=1)


def test_the_tool_says_so(tmp_path, causal_options, as_arguments):
    process = fork_tool('train.py', CONFIG, '--dry-run', '--work-dir',
                        tmp_path / 'run', *as_arguments(causal_options))
    assert process.returncode == 0, process.stderr
    for word in ('fine\n', 'time: about 0 h', 'memory: ', 'disk: up to'):
        assert word in process.stdout
    assert not (tmp_path / 'run').exists()

"""Runs that are resumed otherwise than they were begun, from end to end."""

import shutil
import signal
import zipfile
from pathlib import Path

import pytest
import torch

from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.errors import InputError
from cra_plugin.models.grounders import VideoQuestionGrounder
from tests.helpers.forked_run import ForkedRun, train_reporting

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')
forks = pytest.mark.skipif(
    torch.cuda.is_available(), reason='CUDA does not survive a fork')


@pytest.fixture(scope='module')
def options(causal_options):
    return causal_options | {'log_level': 'ERROR'}


@pytest.fixture(scope='module')
def done(tmp_path_factory, options):
    """A finished run of two epochs."""
    folder = tmp_path_factory.mktemp('done') / 'run'
    train(CONFIG, str(folder), options=options)
    return folder


@pytest.fixture
def work_dir(done, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(done, tmp_path / 'copy'))


@pytest.fixture(scope='module')
def broken_off(tmp_path_factory, options):
    """A run that was told to stop in its second epoch."""
    folder = tmp_path_factory.mktemp('broken') / 'run'
    run = ForkedRun(folder, train_reporting, 'training', CONFIG, folder,
                    options)
    assert run.wait_for(7)
    run.kill(signal.SIGTERM)
    assert run.wait() == 128 + signal.SIGTERM, run.errors
    assert list(folder.glob('interrupted_epoch_1_iter_*.pth'))
    return folder


@pytest.fixture
def batches(monkeypatch):
    """The sizes of the batches that are trained."""
    sizes, forward = [], VideoQuestionGrounder.forward

    def counting(self, inputs, data_samples, mode='tensor', **keywords):
        if mode == 'loss':
            sizes.append(len(data_samples))
        return forward(self, inputs, data_samples, mode=mode, **keywords)

    monkeypatch.setattr(VideoQuestionGrounder, 'forward', counting)
    return sizes


def load(path):
    return torch.load(path, weights_only=False)


def refused(folder, options, **keywords):
    """The one line with which a resumed run ends as a tool."""
    run = ForkedRun(folder.parent / 'log', train_reporting, None, CONFIG,
                    folder, options, **{'resume': 'auto', **keywords})
    assert run.wait() == 2, run.errors
    assert 'Traceback' not in run.errors
    (line, ) = (line for line in run.errors.splitlines()
                if line.startswith('error: '))
    return line


@forks
@pytest.mark.parametrize(('size', 'number'), [(2, 10), (8, 3)])
def test_a_begun_epoch_with_another_batch_size(broken_off, options, tmp_path,
                                               batches, size, number):
    """It is trained whole, and counted in the new batches."""
    folder = Path(shutil.copytree(broken_off, tmp_path / 'run'))
    runner = train(CONFIG, str(folder), resume='auto', options=options | {
        'train_dataloader.batch_size': size})
    assert len(batches) == number
    assert sum(batches) == len(runner.train_dataloader.dataset)
    meta = load(folder / 'epoch_2.pth')['meta']
    assert (meta['epoch'], meta['iter']) == (2, 2 * number)
    assert runner.iter == 2 * number


def test_a_whole_epoch_with_another_batch_size(done, work_dir, options,
                                               batches):
    runner = train(CONFIG, str(work_dir), resume='auto', options=options | {
        'train_dataloader.batch_size': 2, 'train_cfg.max_epochs': 4})
    assert len(batches) == 20 and runner.iter == 40


def test_fused_adam_goes_on_where_the_plain_one_stopped(done, work_dir,
                                                        options):
    """Older runs are not fused; the moments of both are the same."""
    longer, weights = options | {'train_cfg.max_epochs': 3}, []
    for fused in (None, True):
        checkpoint = load(done / 'epoch_2.pth')
        for group in checkpoint['optimizer']['param_groups']:
            assert group['fused'] is True
            group['fused'] = fused
        torch.save(checkpoint, work_dir / 'epoch_2.pth')
        runner = train(CONFIG, str(work_dir), resume='auto', options=longer)
        assert {group['fused'] for group in
                runner.optim_wrapper.optimizer.param_groups} == {fused}
        weights.append(runner.model.state_dict())
        (work_dir / 'epoch_3.pth').unlink()
    for key, value in weights[0].items():
        torch.testing.assert_close(value, weights[1][key], msg=key)


def test_in_a_copy_the_original_is_left_alone(done, work_dir, options):
    before = {path.name: path.read_bytes() for path in done.glob('*.pth')}
    (work_dir / 'epoch_1.pth').unlink()
    runner = train(CONFIG, str(work_dir), resume='auto', options=options | {
        'train_cfg.max_epochs': 3})
    assert runner._load_from == str(work_dir / 'epoch_2.pth')
    assert {path.name: path.read_bytes()
            for path in done.glob('*.pth')} == before
    # Nor does the copy of the best one stay beside a better one.
    assert len(list(work_dir.glob('best_*.pth'))) == 1


def mark_as_folder(path):
    """Flip the bit by which torch takes a part for a folder."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    content[start + 38] ^= 0x10
    path.write_bytes(content)


def hide_a_part(path):
    """Flip a bit of a name in the directory, as torch alone notices."""
    content = bytearray(path.read_bytes())
    for name in (b'/version', b'/byteorder'):
        at = content.rindex(name)
        content[at + 1] ^= 0x80
    path.write_bytes(content)


@pytest.mark.parametrize('damage', [mark_as_folder, hide_a_part])
def test_damaged_directories(done, work_dir, options, damage, caplog):
    """The epoch before is resumed, and the end is the same."""
    damage(work_dir / 'epoch_2.pth')
    train(CONFIG, str(work_dir), resume='auto', options=options)
    assert 'epoch_2.pth is not whole' in caplog.text
    found, expected = (load(folder / 'epoch_2.pth')['state_dict']
                       for folder in (work_dir, done))
    for key, value in expected.items():
        assert torch.equal(found[key], value), key


@pytest.mark.parametrize(('last', 'validated'), [
    (b'\xff\xfe\x00', b'\x07' * 9), (b'x' * 5000, b'9' * 5000), (None, None)])
def test_unreadable_notes(work_dir, options, caplog, last, validated):
    for name, content in (('last_checkpoint', last),
                          ('last_validated', validated)):
        (work_dir / name).unlink()
        if content is None:
            (work_dir / name).mkdir()
        else:
            (work_dir / name).write_bytes(content)
    runner = train(CONFIG, str(work_dir), resume='auto', options=options | {
        'train_cfg.max_epochs': 3})
    assert runner.epoch == 3
    assert (work_dir / 'last_validated').read_text() == '3'
    assert (work_dir / 'last_checkpoint').read_text() == (
        f'{work_dir}/epoch_3.pth')
    for name in ('last_checkpoint', 'last_validated'):
        assert f'{work_dir}/{name} ' + (
            'is no file: renamed' if last is None else 'cannot be read'
        ) in caplog.text


@forks
def test_into_another_model(work_dir, options):
    line = refused(work_dir, options | {
        'model.d_model': 64, 'train_cfg.max_epochs': 3})
    assert line.startswith(f'error: {work_dir}/epoch_2.pth: found weights of '
                           'another model (model.d_model: 32 in the '
                           'checkpoint, 64 here; ')
    assert f'--cfg-options load_from={work_dir}/epoch_2.pth' in line


@forks
def test_with_nothing_left_to_train(work_dir, options):
    line = refused(work_dir, options)
    assert 'nothing left to train: 2 of 2 epochs are done' in line
    assert 'raise train_cfg.max_epochs above 2' in line


@forks
@pytest.mark.parametrize('content', [
    [], {'meta': 'x'}, {'state_dict': []},
    {'meta': {'epoch': '2', 'iter': 10}}, {'optimizer': {'state': {}}}])
def test_parts_of_other_kinds(work_dir, options, content):
    """What the hook makes of them is in tests/engine/hooks."""
    path = work_dir / 'epoch_2.pth'
    torch.save(load(path) | content if content else content, path)
    line = refused(work_dir, options)
    assert line.startswith(f'error: {path}: ')


@pytest.mark.parametrize(('content', 'words'), [
    ([], 'found a list'), ({}, 'found nothing in it'),
    ({'state_dict': []}, 'state_dict: found a list'),
    ({'state_dict': {'a': 3}}, "'a': found a int"),
    ({'state_dict': {'a': torch.ones(1)}}, 'weights of another model')])
def test_test_and_load_from(options, tmp_path, content, words):
    path = tmp_path / 'odd.pth'
    torch.save(content, path)
    with pytest.raises(InputError, match=words):
        evaluate(CONFIG, str(path), str(tmp_path), options=dict(options))
    words = words.replace('weights of another', 'no weight that fits the')
    with pytest.raises(InputError, match=words):
        train(CONFIG, str(tmp_path), options=options | {
            'load_from': str(path)})


def test_a_test_names_the_fields_that_differ(done, options):
    with pytest.raises(InputError, match=r'another model \(model\.d_model: 32 '
                       'in the checkpoint, 64 here; '):
        evaluate(CONFIG, str(done / 'epoch_2.pth'), options=options | {
            'model.d_model': 64})

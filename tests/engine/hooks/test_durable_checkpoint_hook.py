from types import SimpleNamespace
from uuid import uuid4

import pytest
import torch
from mmengine.dataset import BaseDataset
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.registry import HOOKS as ROOT
from mmengine.runner import Runner

from cra_plugin.engine.hooks import DurableCheckpointHook
from cra_plugin.engine.hooks.durable_checkpoint_hook import VALIDATED


class Data(BaseDataset):
    METAINFO = {'name': 'toy'}

    def load_data_list(self):
        return [{}, {}]

    def prepare_data(self, index):
        return {'inputs': torch.ones(1)}


class Model(BaseModel):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, inputs, mode='loss'):
        if mode == 'loss':
            return {'loss': self.weight.sum()}
        return [{}]


class Scores(BaseMetric):
    """Gives the scores of a list, one a validation."""

    def __init__(self, scores):
        super().__init__()
        self.scores = iter(scores)

    def process(self, data_batch, data_samples):
        self.results.append({})

    def compute_metrics(self, results):
        score = next(self.scores)
        if isinstance(score, Exception):
            raise score
        return {'score': score}


def run(folder, scores, epochs, load_from=None, **hook):
    loader = {'dataset': Data(), 'batch_size': 1,
              'sampler': {'type': 'DefaultSampler', 'shuffle': False}}
    runner = Runner(
        Model(), str(folder), default_scope='mmaction',
        # By default the second of its start, which runs may share.
        experiment_name=uuid4().hex,
        load_from=load_from and str(load_from), resume=load_from is not None,
        train_dataloader=loader, val_dataloader=loader,
        train_cfg={'by_epoch': True, 'max_epochs': epochs}, val_cfg={},
        val_evaluator=[Scores(scores)],
        optim_wrapper={'optimizer': {'type': 'SGD', 'lr': .1}},
        log_level='ERROR', default_hooks={'checkpoint': {
            'type': 'cra_plugin.DurableCheckpointHook', 'interval': 1,
            'save_best': 'score', 'rule': 'greater'} | hook})
    runner.train()
    return runner


def checkpoints(folder):
    return sorted(path.name for path in folder.glob('*.pth'))


def test_keeps_what_mmengine_keeps(tmp_path):
    assert ROOT.get(
        'cra_plugin.DurableCheckpointHook') is DurableCheckpointHook
    run(tmp_path, [1, 3, 2, 2], 4, max_keep_ckpts=2)
    assert checkpoints(tmp_path) == ['best_score_epoch_2.pth', 'epoch_3.pth',
                                     'epoch_4.pth']
    assert (tmp_path / VALIDATED).read_text() == '4'


def test_there_is_a_checkpoint_at_any_time(tmp_path, monkeypatch):
    seen = []

    def save(*args, **kwargs):
        seen.append(checkpoints(tmp_path))
        real(*args, **kwargs)

    real = Runner.save_checkpoint
    monkeypatch.setattr(Runner, 'save_checkpoint', save)
    run(tmp_path, [1, 2], 2, max_keep_ckpts=1)
    # When the best and the second epoch are saved, the first is there.
    assert seen[3] == ['best_score_epoch_1.pth', 'epoch_1.pth']
    assert seen[4] == ['best_score_epoch_1.pth', 'epoch_2.pth']
    assert checkpoints(tmp_path) == ['best_score_epoch_2.pth', 'epoch_2.pth']


@pytest.mark.parametrize(('scores', 'best'), [([9, 1], 2), ([1, 9], 3)])
def test_makes_up_for_a_validation(tmp_path, scores, best):
    """The second validation fails, and comes first in the resumed run."""
    with pytest.raises(RuntimeError, match='broken'):
        run(tmp_path, [5, RuntimeError('broken')], 3)
    runner = run(tmp_path, scores, 3, tmp_path / 'epoch_2.pth')
    assert runner.message_hub.get_info('best_score') == 9
    assert checkpoints(tmp_path) == [
        f'best_score_epoch_{best}.pth',
        *(f'epoch_{epoch}.pth' for epoch in (1, 2, 3))]
    saved = torch.load(tmp_path / 'epoch_2.pth', weights_only=False)
    info = saved['message_hub']['runtime_info']
    assert info['best_score'] == max(5, scores[0])


def test_the_last_validation_too(tmp_path):
    with pytest.raises(RuntimeError):
        run(tmp_path, [RuntimeError('broken')], 1)
    run(tmp_path, [7], 1, tmp_path / 'epoch_1.pth')
    assert checkpoints(tmp_path) == ['best_score_epoch_1.pth', 'epoch_1.pth']


def test_validates_once_only(tmp_path):
    run(tmp_path, [5, 6], 2)
    # A second validation of epoch 2 would find no score.
    run(tmp_path, [7], 3, tmp_path / 'epoch_2.pth')


def test_the_mark_of_an_older_run_does_not_count(tmp_path):
    run(tmp_path, [5, 6], 2)
    with pytest.raises(RuntimeError):
        run(tmp_path, [1, RuntimeError('broken')], 2)
    assert (tmp_path / VALIDATED).read_text() == '1'
    run(tmp_path, [2], 2, tmp_path / 'epoch_2.pth')


def test_leaves_the_best_of_another_folder_alone(tmp_path):
    run(tmp_path / 'one', [5], 1)
    run(tmp_path / 'two', [5, 9], 2, tmp_path / 'one' / 'epoch_1.pth')
    assert checkpoints(tmp_path / 'one') == ['best_score_epoch_1.pth',
                                             'epoch_1.pth']
    assert 'best_score_epoch_2.pth' in checkpoints(tmp_path / 'two')


def test_removes_leftovers_and_interrupted_ones(tmp_path):
    for name in ('.epoch_1.4711.pth', 'interrupted_epoch_0_iter_1.pth'):
        (tmp_path / name).touch()
    run(tmp_path, [1], 1)
    assert checkpoints(tmp_path) == ['best_score_epoch_1.pth', 'epoch_1.pth']
    assert not list(tmp_path.glob('.*.pth'))


def test_other_storages_keep_their_own_ways():
    hook = DurableCheckpointHook(backend_args={'backend': 'local'})
    assert hook.backend_args == {'backend': 'local'}
    hook.file_backend = SimpleNamespace()
    hook._remove_outdated()
    assert hook._own_files('*') == []

from types import SimpleNamespace

import pytest
import torch

from cra_plugin.engine.hooks import MeanLossHook
from tests.helpers.process_group import run_processes


def outputs_after(rank, values):
    outputs = {'loss': torch.tensor(values[rank]), 'loss_vqa': torch.tensor(
        2. * rank, requires_grad=True), 'note': 'kept'}
    before = outputs['loss']
    runner = SimpleNamespace(iter=0)
    MeanLossHook().after_train_iter(runner, 0, outputs=outputs)
    # The tensor that is logged is another.
    torch.testing.assert_close(before, torch.tensor(values[rank]),
                               equal_nan=True)
    assert outputs.pop('note') == 'kept'
    runner.iter = 1
    MeanLossHook().after_train_iter(runner, 0, outputs=None)
    return {name: value.item() for name, value in outputs.items()}


def test_every_process_has_the_mean():
    for found in run_processes(outputs_after, 3, [1., 2., 6.]):
        assert found == {'loss': 3., 'loss_vqa': 2.}


def test_every_process_sees_what_is_not_finite():
    for found in run_processes(outputs_after, 2, [1., float('nan')]):
        assert found == pytest.approx(
            {'loss': float('nan'), 'loss_vqa': 1.}, nan_ok=True)


def test_one_process_keeps_its_losses():
    assert outputs_after(0, [1.5]) == {'loss': 1.5, 'loss_vqa': 0.}


def test_it_comes_before_the_logger():
    from mmengine.hooks import RuntimeInfoHook
    from mmengine.runner.priority import get_priority
    assert get_priority(MeanLossHook.priority) < get_priority(
        RuntimeInfoHook.priority)

import os
import signal
import threading
from types import SimpleNamespace

import pytest
import torch

from cra_plugin.engine.hooks import TerminationHook
from cra_plugin.engine.hooks.random_states import random_states
from cra_plugin.engine.hooks.step_exchange import step_exchange
from cra_plugin.engine.hooks.termination_hook import stop_listening
from cra_plugin.registry import HOOKS

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Runner(SimpleNamespace):
    """What the hook needs of a runner."""

    def __init__(self, folder='', last_ckpt='', step=True):
        super().__init__(
            work_dir=str(folder), epoch=2, iter=17, _resume=True, saved=[],
            logger=SimpleNamespace(warning=print),
            message_hub=SimpleNamespace(
                runtime_info={'last_ckpt': last_ckpt}),
            optim_wrapper=SimpleNamespace(should_update=lambda: step))

    def save_checkpoint(self, folder, name, backend_args, meta):
        self.saved.append((name, meta))


@pytest.fixture
def hook():
    """A hook that listens, and what listened before."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    hook = TerminationHook()
    yield hook
    for number, handler in before.items():
        signal.signal(number, handler)


def tell(hook, runner, number=signal.SIGTERM):
    """Let a training begin and be told to stop."""
    hook.before_train(runner)
    step_exchange(runner).told = number


def test_is_registered():
    assert HOOKS.get('cra_plugin.TerminationHook') is TerminationHook


@pytest.mark.parametrize('number', NUMBERS)
def test_a_second_signal_is_not_caught(hook, number, capfd):
    runner = Runner()
    hook.before_train(runner)
    os.kill(os.getpid(), number)
    assert step_exchange(runner).told == number
    assert {signal.getsignal(each) for each in NUMBERS} == {signal.SIG_DFL}
    assert 'once more ends' in capfd.readouterr().err


def test_what_is_ignored_stays_ignored(hook):
    """As by ``nohup``."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    hook.before_train(Runner())
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_listens_no_longer_after_the_run(hook):
    before = [signal.getsignal(number) for number in NUMBERS]
    runner = Runner()
    runner.hooks = [hook]
    hook.before_train(runner)
    assert [signal.getsignal(number) for number in NUMBERS] != before
    stop_listening(runner)
    assert [signal.getsignal(number) for number in NUMBERS] == before


def test_in_a_thread_nothing_is_listened_to(hook):
    errors = []

    def run():
        try:
            hook.before_train(Runner())
            hook.after_run(Runner())
        except ValueError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not errors


def test_saves_after_the_iteration(hook, tmp_path):
    runner = Runner(tmp_path, '/a/epoch_2.pth')
    hook.before_train(runner)
    hook.after_train_iter(runner, 3)
    step_exchange(runner).told = signal.SIGINT
    with pytest.raises(SystemExit) as caught:
        hook.after_train_iter(runner, 3)
    assert caught.value.code == 130
    name = 'interrupted_epoch_2_iter_18.pth'
    assert runner.saved == [(name, {'epoch': 2, 'iter': 18})]
    assert (tmp_path / 'last_checkpoint').read_text() == str(tmp_path / name)


def test_waits_for_accumulated_gradients(hook, tmp_path):
    runner = Runner(tmp_path, step=False)
    tell(hook, runner)
    hook.after_train_iter(runner, 3)


@pytest.mark.parametrize('saved', [True, False])
def test_in_a_validation(hook, tmp_path, saved):
    """At once if its epoch is saved, else when it is over."""
    runner = Runner(tmp_path, f'/a/epoch_{1 + saved}.pth')
    tell(hook, runner)
    if saved:
        with pytest.raises(SystemExit):
            hook.after_val_iter(runner, 0)
        assert runner.saved == []
        return
    hook.after_val_iter(runner, 0)
    with pytest.raises(SystemExit):
        hook.after_val(runner)
    assert runner.saved == [('interrupted_epoch_2_iter_17.pth',
                             {'epoch': 2, 'iter': 17})]


def test_other_validations_go_on(hook, tmp_path):
    hook._exchange.told = signal.SIGTERM
    hook.after_val(Runner(tmp_path))


@pytest.mark.parametrize(('index', 'same'), [(1, True), (0, False)])
def test_random_states_are_continued_in_an_epoch(hook, tmp_path, index,
                                                 same):
    """Not at its first batch, which the epoch seeds."""
    checkpoint = {'random_states': [random_states()]}
    drawn = torch.rand(3)
    hook.after_load_checkpoint(Runner(tmp_path), checkpoint)
    hook.before_train_iter(Runner(tmp_path), index)
    assert torch.equal(torch.rand(3), drawn) is same
    hook.before_train_iter(Runner(tmp_path), 1)
    assert not torch.equal(torch.rand(3), drawn)


def test_another_number_of_processes(hook, tmp_path, capsys):
    states = [random_states()] * 2
    hook.after_load_checkpoint(Runner(tmp_path), {'random_states': states})
    assert 'saved by 2 processes, here are 1' in capsys.readouterr().out
    state = torch.get_rng_state()
    hook.before_train_iter(Runner(tmp_path), 1)
    assert torch.equal(torch.get_rng_state(), state)

"""Which records of a log the terminal shows."""

import logging

import pytest

from cra_plugin.engine import console


@pytest.fixture
def shown(monkeypatch):
    """Log from a place at a moment; whether it is shown."""
    moment = [100.]
    monkeypatch.setattr(console.time, 'monotonic', lambda: moment[0])
    each = console.ConsoleFilter()

    def log(module, function, message='words', level=logging.INFO, at=100.):
        moment[0] = at
        monkeypatch.setattr(console, '_origin', lambda: (module, function))
        return each.filter(logging.LogRecord('mmengine', level, '', 0,
                                             message, (), None))

    return log


@pytest.mark.parametrize(('module', 'function', 'is_shown'), [
    ('mmengine.hooks.logger_hook', 'after_train_iter', True),
    ('mmengine.hooks.logger_hook', 'after_val_epoch', False),
    ('mmengine.runner.runner', '_log_env', False),
    ('mmengine.runner.runner', 'resume', True),
    ('mmaction.models.builder', 'build', False),
    ('cra_plugin.engine.hooks.console_hook', 'before_train', True),
    ('my_hooks', 'after_val_epoch', True)])
def test_what_is_shown(shown, module, function, is_shown):
    assert shown(module, function) is is_shown
    warning = shown(module, function, level=logging.WARNING)
    assert warning is is_shown
    assert shown(module, function, level=logging.ERROR)


def test_the_name_of_the_run_is_not_said_in_every_epoch(shown):
    assert not shown('mmengine.hooks.logger_hook', 'after_train_iter',
                     'Exp name: run_2026')


def test_a_long_validation_says_how_far_it_is(shown):
    place = 'mmengine.hooks.logger_hook', 'after_val_iter'
    assert not shown(*place, at=120)
    assert shown(*place, at=170)
    # A minute after what was shown last.
    assert not shown(*place, at=200)
    assert shown(*place, at=231)


def test_records_of_print_log_are_those_of_its_caller():
    from mmengine.logging import MMLogger, print_log
    logger = MMLogger.get_instance('test_console')
    found = []

    class Keep(logging.Filter):
        def filter(self, record):
            found.append(console._origin())
            return False

    logger.handlers[0].addFilter(Keep())
    print_log('words', logger)
    logger.info('words')
    here = (__name__, 'test_records_of_print_log_are_those_of_its_caller')
    assert len(found) == 2
    assert found[0] == found[1] == here

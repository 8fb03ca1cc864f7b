"""What a person reads of a training and a test, and what the file has."""

import logging
import re

import pytest

from tests.helpers.forked_python import fork_tool
from tests.helpers.tool_process import REPOSITORY

CONFIG = str(REPOSITORY / 'configs' / 'cra_nextgqa.py')
DETAILS = ('System environment:', 'Config:\n', 'Hooks will be executed',
           'is skipped since its requires_grad', 'The prefix is not set',
           'UserWarning: of a library')
DECODERS = ['window', 'adaptive', 'merged']


def decoders(text):
    """The decoders of the tables of a text, in order."""
    return re.findall(rf'^[* ] ({"|".join(DECODERS)}) ', text, re.MULTILINE)


def file_of(work_dir):
    """The newest log of a run."""
    return sorted(work_dir.glob('*/*.log'))[-1].read_text()


@pytest.fixture(scope='module')
def training(tmp_path_factory, causal_options, as_arguments):
    """A training of one epoch, and its work dir."""
    folder = tmp_path_factory.mktemp('printed')
    config = folder / 'config' / 'cra_nextgqa.py'
    config.parent.mkdir()
    # Beside the config, and beside the one that the run writes.
    for place in (folder, config.parent):
        (place / 'a_library.py').write_text(
            'import warnings\nwarnings.warn("of a library", UserWarning)\n')
    config.write_text(
        f'_base_ = [{CONFIG!r}]\ncustom_imports = '
        "dict(imports=['cra_plugin.registry', 'a_library'])\n")
    process = fork_tool(
        'train.py', config, '--work-dir', folder, *as_arguments(
            causal_options | {
                'train_cfg.max_epochs': 1,
                'default_hooks.logger.interval': 2,
                # So that single parameters are worth notes to mmengine.
                'optim_wrapper.paramwise_cfg.bias_lr_mult': 1.}))
    assert process.returncode == 0, process.stderr
    return process, folder


def test_few_lines_before_the_first_progress_line(training):
    process, folder = training
    lines = process.stdout.splitlines()
    assert lines[0].startswith('cra_plugin ') and lines[0].endswith(
        'train ' + str(folder / 'config' / 'cra_nextgqa.py'))
    first = next(number for number, line in enumerate(lines)
                 if 'Epoch(train)' in line)
    assert first + len(process.stderr.splitlines()) < 30
    start = '\n'.join(lines[:first])
    for words in ('torch ', 'mmengine ', '19 questions on 6 videos',
                  '7 questions on 2 videos', 'of them trainable',
                  '1 epochs, 5 iterations', f'work dir: {folder}'):
        assert words in start, words


def test_the_file_has_what_the_terminal_leaves_out(training):
    process, folder = training
    file = file_of(folder)
    for words in DETAILS:
        assert words not in process.stdout + process.stderr
        assert words in file, words
    # All of the terminal but the line from before there was a file.
    colors = re.compile(r'\x1b\[\d+m')
    for line in process.stdout.splitlines()[1:]:
        words = colors.sub('', line).rpartition(' - INFO - ')[2]
        assert words in file


def test_a_validation_is_one_table_and_one_line(training):
    lines = training[0].stdout.splitlines()
    (headline, ) = (line for line in lines if 'Epoch(val)' in line)
    assert 'Acc@GQA: ' in headline and 'window/' not in headline
    assert 'best so far: best_Acc@GQA_epoch_1.pth' in headline
    start, end = (next(number for number, line in enumerate(lines)
                       if words in line)
                  for words in ('Grounded question', '* the main decoder'))
    assert max(map(len, lines[start:end + 1])) <= 100
    assert decoders(training[0].stdout) == DECODERS
    assert 'sigma: ' in training[0].stdout


def test_a_test_by_the_dumped_config_reads_alike(training, tmp_path):
    folder = training[1]
    process = fork_tool('test.py', folder / 'cra_nextgqa.py',
                        folder / 'epoch_1.pth', '--work-dir', tmp_path)
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith('cra_plugin ')
    assert process.stderr == ''
    assert decoders(process.stdout) == DECODERS
    assert '9 questions on 3 videos' in process.stdout
    assert len(re.findall(r'Epoch\(test\).*Acc@GQA: ', process.stdout)) == 1
    for words in DETAILS[:3]:
        assert words not in process.stdout
        assert words in file_of(tmp_path)


def test_verbose_shows_all(training, tmp_path):
    folder = training[1]
    process = fork_tool('test.py', folder / 'cra_nextgqa.py',
                        folder / 'epoch_1.pth', '--verbose', '--work-dir',
                        tmp_path)
    for words in DETAILS[:3]:
        assert words in process.stdout


def test_a_plain_runner_is_quiet_once_it_has_hooks(
        causal_options, tmp_path, capsys):
    from mmengine.runner import Runner

    from cra_plugin.apis.config import load_config
    config = load_config(CONFIG, causal_options, str(tmp_path))
    config.experiment_name = 'plain'
    runner = Runner.from_cfg(config)
    assert 'Hooks will be executed' not in capsys.readouterr().out
    # A module of a user.
    runner.logger.info('seen')
    assert 'seen' in capsys.readouterr().out
    assert 'Hooks will be executed' in file_of(tmp_path)


def test_warnings_of_libraries_go_to_the_file(tmp_path, capfd):
    from cra_plugin.engine.library_records import (
        held_library_records,
        write_library_records,
    )
    logger = logging.Logger('run')
    logger.addHandler(logging.FileHandler(tmp_path / 'log'))
    library = logging.getLogger('some_library')
    with held_library_records():
        library.warning('early')
        logging.getLogger('cra_plugin').warning('of ours')
        write_library_records(logger)
        library.warning('late')
    assert capfd.readouterr().err == 'of ours\n'
    assert (tmp_path / 'log').read_text() == 'early\nof ours\nlate\n'

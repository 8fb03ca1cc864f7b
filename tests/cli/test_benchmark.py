"""What tools/analysis_tools/benchmark.py cannot time, it says in a line."""

from pathlib import Path

import pytest

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
TOOL = 'analysis_tools/benchmark.py'
NO_BATCH = {'train_dataloader.batch_size': 10**5,
            'train_dataloader.drop_last': True}


def refusal(status, printed, errors):
    """The only line of a run that was refused."""
    assert (status, printed) == (2, '')
    (line, ) = errors.strip().splitlines()
    return line


@pytest.mark.parametrize('part', ['train', 'speed', 'data'])
def test_a_config_without_training(run_here, part):
    line = refusal(*run_here(TOOL, part, CONFIGS / 'zeroshot_clip.py'))
    assert line.startswith('error: train_dataloader: found none')


@pytest.mark.parametrize('part', ['train', 'speed', 'data'])
def test_no_full_batch(run_here, part, causal_options, as_arguments):
    line = refusal(*run_here(
        TOOL, part, CONFIGS / 'cra_nextgqa.py', *as_arguments(
            causal_options | NO_BATCH | {'log_level': 'ERROR'})))
    assert 'questions, fewer than a batch, with drop_last=True' in line


@pytest.mark.parametrize('part', ['speed', 'grounding'])
def test_a_model_of_another_kind(run_here, part, frozenbilm_options,
                                 as_arguments):
    line = refusal(*run_here(
        TOOL, part, CONFIGS / 'cra_frozenbilm_nextgqa.py', *as_arguments(
            frozenbilm_options | {'log_level': 'ERROR'})))
    assert "model.type: found 'cra_plugin.FrozenBiLMGrounder'" in line


@pytest.mark.parametrize('option', [
    '--workers', '--batch-videos', '--repeat', '--rounds', '--processes'])
def test_nothing_to_extract(run_here, option):
    line = refusal(*run_here(
        TOOL, 'extract', '--videos', CONFIGS, option, '0'))
    assert line.startswith(f'error: {option}: found 0')

"""The simulation tools, run as a user runs them."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
TINY = ('--train-videos', '3', '--val-videos', '2', '--test-videos', '2',
        '--test-ood-videos', '2', '--test-neutral-videos', '1')


@pytest.fixture
def run(monkeypatch, capfd):
    """Run a tool in this process; give its status, output and errors."""

    def run_tool(name, *arguments):
        monkeypatch.setattr(sys, 'argv', [name, *map(str, arguments)])
        status = 0
        try:
            runpy.run_path(str(TOOLS / name), run_name='__main__')
        except SystemExit as stop:
            status = stop.code
        return status, *capfd.readouterr()

    return run_tool


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    """A world written by the tool, started from another folder."""
    folder = tmp_path_factory.mktemp('tools')
    done = subprocess.run(
        [sys.executable, TOOLS / 'simulate_world.py', '--out', 'world',
         '--seed', '3', '--language-bias', '0.9', *TINY],
        cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, 'OMP_NUM_THREADS': '1'})
    assert [line.split(':')[0] for line in done.stdout.splitlines()] == [
        'train', 'val', 'test', 'test_ood', 'test_neutral']
    return folder / 'world'


def test_world_has_the_stated_settings(world):
    settings = json.loads((world / 'world.json').read_text())['settings']
    assert settings['language_bias'] == 0.9
    assert settings['visual_bias'] == 0.55
    assert settings['seed'] == 3
    with h5py.File(world / 'features_train.h5') as file:
        assert file['CLIPL_I'].shape == (3, 32, 64)


def test_rendered_videos(run, tmp_path):
    videos = ('--train-videos', 1, '--val-videos', 1, '--test-videos', 1)
    status, output, _ = run('render_world.py', '--out', tmp_path, '--size',
                            32, '--fps', 1, *videos)
    assert status == 0
    assert [line.split(':')[0] for line in output.splitlines()] == [
        'train', 'val', 'test']
    assert len(list((tmp_path / 'videos').glob('*.mp4'))) == 3


def test_features(run, world, tmp_path):
    arguments = ('--annotations', world, '--splits', 'val', 'test_ood',
                 '--feature-dim', 48, '--noise-strength', 0.5, '--dtype',
                 'float16')
    status, output, _ = run('simulate_features.py', *arguments, '--out',
                            tmp_path / 'a')
    assert status == 0
    first, second = output.splitlines()
    assert first.startswith(str(tmp_path / 'a' / 'features_val.h5'))
    assert '2 videos' in second
    assert 'the oracle answers' in second
    run('simulate_features.py', *arguments, '--out', tmp_path / 'b')
    for split in ('val', 'test_ood'):
        name = f'features_{split}.h5'
        with h5py.File(tmp_path / 'a' / name) as one, h5py.File(
                tmp_path / 'b' / name) as two:
            assert one['CLIPL_I'].shape == (2, 32, 48)
            assert one['CLIPL_I'].dtype == np.float16
            np.testing.assert_array_equal(one['CLIPL_I'], two['CLIPL_I'])
            assert len(set(one['vid'].asstr())) == 2


def test_text_model(run, world, tmp_path):
    from transformers import AutoModel, AutoTokenizer
    folder = tmp_path / 'text_model'
    status, output, _ = run(
        'make_text_model.py', '--annotations', world, '--splits', 'train',
        '--files', world / 'val.csv', '--hidden-size', 32, '--num-layers', 1,
        '--vocab-size', 400, '--out', folder)
    assert status == 0
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert output.strip() == f'{folder}: {len(tokenizer)} tokens'
    assert AutoModel.from_pretrained(folder).config.hidden_size == 32


def test_star_is_simulated_too(run, tiny_star, tmp_path):
    """Answers and segments of STAR are seen in its features."""
    star = ('--dataset', 'star', '--annotations', tiny_star)
    status, output, _ = run('simulate_features.py', *star, '--splits', 'val',
                            '--feature-dim', 512, '--out', tmp_path)
    assert status == 0
    assert '20 videos, 40 questions; the oracle answers' in output
    answered = float(output.split('oracle answers ')[1].split()[0])
    assert answered > 60
    with h5py.File(tmp_path / 'features_val.h5') as file:
        assert file['CLIPL_I'].shape == (20, 32, 512)
    status, _, errors = run('simulate_features.py', *star, '--splits',
                            'test', '--out', tmp_path)
    assert status == 2 and 'annotated spans' in errors
    status, output, _ = run(
        'make_text_model.py', *star, '--splits', 'train', 'test', '--files',
        tiny_star / 'STAR_val.json', '--hidden-size', 16, '--num-layers', 1,
        '--num-heads', 2, '--vocab-size', 400, '--out', tmp_path / 'text')
    assert status == 0 and output.endswith(' tokens\n')
    words = (tmp_path / 'text' / 'tokenizer.json').read_text()
    assert 'towel' in words


@pytest.mark.parametrize('name, arguments, words', [
    ('simulate_world.py', ('--language-bias', '1.5'), 'language_bias'),
    ('simulate_world.py', ('--train-videos', '0'), 'train_videos'),
    ('render_world.py', ('--size', '8'), 'size'),
    ('simulate_features.py', ('--annotations', '{world}', '--splits',
                              'train'), 'gsub_train.json'),
    ('simulate_features.py', ('--annotations', '{world}', '--splits', 'val',
                              '--noise-strength', '-1'), 'noise_strength'),
    ('simulate_features.py', ('--annotations', '{world}/none'), 'val'),
    ('make_text_model.py', ('--annotations', '{world}', '--vocab-size',
                            '10'), 'vocab_size'),
    ('make_text_model.py', ('--annotations', '{world}', '--splits', 'none'),
     'none.csv'),
])
def test_bad_input_is_one_line_and_status_2(run, world, tmp_path, name,
                                            arguments, words):
    out = tmp_path / 'out'
    status, output, errors = run(
        name, '--out', out, *(one.format(world=world) for one in arguments))
    assert status == 2
    assert output == ''
    assert errors.startswith('error: ')
    assert errors.count('\n') == 1
    assert words in errors
    assert not out.exists()


@pytest.mark.parametrize('name', [
    'simulate_world.py', 'simulate_features.py', 'make_text_model.py',
    'render_world.py'])
def test_help_describes_every_option(run, name):
    status, output, _ = run(name, '--help')
    assert status == 0
    assert output.count('Defaults to') >= 6


def test_out_is_required(run):
    status, _, errors = run('simulate_world.py')
    assert status == 2
    assert '--out' in errors


@pytest.mark.parametrize(('name', 'arguments', 'words'), [
    ('simulate_world.py', TINY, 'No space left on device: '),
    ('render_world.py', ('--train-videos', '30', '--val-videos', '1',
                         '--test-videos', '1'), '.mp4: found '),
    ('make_text_model.py', ('--annotations', '{world}'),
     'text_model.json: found 0.'),
    ('simulate_features.py', ('--annotations', '{world}'),
     'features_val.h5: found 0.')])
def test_a_full_disk_is_one_line(run, world, small_disk, name, arguments,
                                 words):
    free = shutil.disk_usage(small_disk).free
    left = 5_000 if name == 'simulate_world.py' else 150_000
    (small_disk / 'others').write_bytes(bytes(free - left))
    status, _, errors = run(name, '--out', small_disk / 'out', *(
        each.format(world=world) for each in arguments))
    assert status == 2
    assert errors.startswith('error: ') and errors.count('\n') == 1
    assert words in errors and str(small_disk) in errors

"""tools/build_causal_features.py, as a user runs it."""

import csv
import runpy
import sys
import time

import pytest

from cra_plugin.apis.simulate import simulate_world
from cra_plugin.causal_features.dictionary_file import read_dictionary
from cra_plugin.simulation.world_settings import WorldSettings
from tests.helpers.forked_python import fork_tool, start_python
from tests.helpers.tool_process import REPOSITORY, run_tool

NAME = 'build_causal_features.py'
TOOL = REPOSITORY / 'tools' / NAME
CONFIG = REPOSITORY / 'configs' / 'cra_demo.py'
STANZA = ('--stanza-dir', REPOSITORY / 'tests/data/stanza/models')


def succeed(*arguments, cwd=None, run=fork_tool):
    process = run(NAME, *arguments, cwd=cwd, HF_HUB_OFFLINE='1')
    assert process.returncode == 0, process.stderr[-2000:]
    return process.stdout


@pytest.fixture
def run(monkeypatch, capfd):
    """Run the tool in this process; give its status, output and errors."""

    def run_here(*arguments):
        monkeypatch.setattr(sys, 'argv', [str(TOOL), *map(str, arguments)])
        status = 0
        try:
            runpy.run_path(str(TOOL), run_name='__main__')
        except SystemExit as stop:
            status = stop.code
        return status, *capfd.readouterr()

    return run_here


@pytest.fixture
def encoder(tiny_world):
    return '--encoder', 'hugging_face', '--model', tiny_world / 'text'


@pytest.fixture(scope='module')
def dictionaries(tiny_world, tmp_path_factory):
    """Both, built in one command each by the real pipeline."""
    folder = tmp_path_factory.mktemp('dictionaries')
    succeed('language', '--annotations', tiny_world / 'train.csv', *STANZA,
            '--encoder', 'hugging_face', '--model', tiny_world / 'text',
            '--num-clusters', 4, '--out', folder / 'language.safetensors',
            run=run_tool)
    succeed('visual', '--features', tiny_world / 'features_train.h5',
            '--annotations', tiny_world / 'train.csv', '--num-clusters', 4,
            '--out', folder / 'visual.npz')
    return folder


def test_two_commands_make_both_dictionaries(dictionaries):
    centers, provenance = read_dictionary(
        dictionaries / 'language.safetensors')
    assert centers.shape == (4, 8, 16)
    assert provenance['parser'].startswith('stanza ')
    assert provenance['encoder'].startswith('transformers ')
    centers, provenance = read_dictionary(dictionaries / 'visual.npz')
    assert centers.shape == (4, 12)
    assert provenance['kind'] == 'visual'


def test_parsing_and_clustering_on_different_machines(
        dictionaries, encoder, tiny_world, tmp_path):
    """The second one has no Stanza models, the first one no encoder."""
    annotations = '--annotations', tiny_world / 'train.csv'
    output = succeed('parse', *annotations, *STANZA, '--cache', 'p.conllu',
                     cwd=tmp_path)
    assert output.startswith('p.conllu: ') and 'texts parsed now' in output
    succeed('language', *annotations, '--parser', 'conllu', '--cache',
            tmp_path / 'p.conllu', '--stanza-dir', 'none', *encoder,
            '--num-clusters', 4, '--out', tmp_path / 'd.safetensors')
    assert (tmp_path / 'd.safetensors').read_bytes() == (
        dictionaries / 'language.safetensors').read_bytes()


def test_cra_trains_and_evaluates_with_both(
        dictionaries, tiny_options, as_arguments, tmp_path):
    causal = 'model.causal_intervention'
    arguments = as_arguments(tiny_options | {
        'train_cfg.max_epochs': 1,
        f'{causal}.front_door.num_clusters': 4,
        f'{causal}.back_door.num_clusters': 4,
        f'{causal}.back_door.node_dim': 16,
        f'{causal}.front_door.dictionary': dictionaries / 'visual.npz',
        f'{causal}.back_door.dictionary':
            dictionaries / 'language.safetensors'})
    done = fork_tool('train.py', CONFIG, '--work-dir', tmp_path, *arguments)
    assert done.returncode == 0, done.stderr[-2000:]
    log = done.stdout + done.stderr
    assert 'No visual dictionary' not in log
    assert 'No language dictionary' not in log
    assert f'{causal}.back_door.dictionary: ' in log
    assert 'stanza' in log
    resumed = fork_tool('train.py', CONFIG, '--work-dir', tmp_path,
                        '--resume', *arguments,
                        f'{causal}.back_door.dictionary=None')
    assert resumed.returncode == 2
    line = resumed.stderr.strip().splitlines()[-1]
    assert line.startswith(f'error: {causal}.back_door.dictionary: found no')


def test_killed_while_parsing(tmp_path):
    """Killed halfway and restarted, the cache has the same bytes."""
    world = tmp_path / 'world'
    simulate_world(world, WorldSettings(
        train_videos=100, val_videos=1, test_videos=1, test_ood_videos=1,
        test_neutral_videos=1,
        feature_dim=4, num_frames=2))
    with open(world / 'train.csv', encoding='utf-8') as file:
        num_questions = len({row['question'] for row in csv.DictReader(file)})
    arguments = 'parse', '--annotations', world / 'train.csv', *STANZA
    whole, broken = tmp_path / 'whole.conllu', tmp_path / 'broken.conllu'
    succeed(*arguments, '--cache', whole)
    process = start_python(TOOL, *arguments, '--cache', broken,
                           errors=tmp_path / 'errors')
    while not (broken.exists() and broken.stat().st_size):
        assert process.is_alive(), (tmp_path / 'errors').read_text()
        time.sleep(.02)
    process.kill()
    process.join()
    first = broken.read_bytes()
    assert len(first) < len(whole.read_bytes())
    # As if the power had gone in the middle of a batch.
    broken.write_bytes(first[:-1000])
    succeed(*arguments, '--cache', broken, run=run_tool)
    assert broken.read_bytes() == whole.read_bytes()
    assert whole.read_text().count('# newdoc id') > num_questions
    assert '0 texts parsed now' in succeed(*arguments, '--cache', broken)


@pytest.mark.parametrize(('arguments', 'words'), [
    (('visual', '--features', 'none.h5'), ('none.h5', 'no such file')),
    (('visual', '--features', '{world}/features_train.h5',
      '--num-clusters', '49'),
     ('--num-clusters: found 49 centers for 48 frames', )),
    (('visual', '--features', '{world}/features_train.h5', '--passes', '0'),
     ('passes', )),
    (('language', '--annotations', '{world}/train.csv', '--encoder',
      'hugging_face', '--model', '{world}/text', '--stanza-dir', '{tmp}'),
     ('resources.json', 'stanza.download', '--download')),
    (('language', '--annotations', '{world}/train.csv', '--encoder',
      'hugging_face', '--model', '{world}/none'), ('--model', 'none')),
    (('language', '--annotations', '{world}/train.csv', '--model',
      'ViT-L-41'), ('ViT-L-41', 'ViT-L-14')),
    (('language', '--annotations', '{world}/train.csv', '--encoder',
      'hugging_face', '--model', '{world}/text', *map(str, STANZA),
      '--num-clusters', '3', '--batch-size', '0'), ('--batch-size', )),
    (('parse', '--annotations', '{world}/train.csv', '--device', 'gpu',
      '--cache', '{tmp}/c.conllu'), ('device', "'gpu'")),
    (('language', '--annotations', '{world}/none.csv', '--encoder',
      'hugging_face', '--model', '{world}/text', '--parser', 'conllu'),
     ('none.csv', 'no such file')),
])
def test_bad_input_is_one_line_and_status_2(run, tiny_world, tmp_path,
                                            arguments, words):
    out = tmp_path / 'out.npz'
    out_option = () if arguments[0] == 'parse' else ('--out', out)
    status, output, errors = run(
        *(one.format(world=tiny_world, tmp=tmp_path) for one in arguments),
        *out_option)
    assert status == 2, errors
    line = errors.strip().splitlines()[-1]
    assert line.startswith('error: ') and 'Traceback' not in errors
    for word in words:
        assert word in line
    assert output == '' and not out.exists()


@pytest.mark.parametrize('part', ['parse', 'language', 'visual'])
def test_help(run, part):
    status, output, _ = run(part, '--help')
    assert status == 0
    assert output.count('Defaults to') >= 3

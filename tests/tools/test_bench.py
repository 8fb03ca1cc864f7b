"""All methods on simulated features, by one command."""

import json
import shutil

import pytest

from cra_plugin.apis.bench import _make_text_model, run_bench
from cra_plugin.apis.bench_methods import METHODS
from cra_plugin.apis.config import load_config
from cra_plugin.datasets.features.feature_file import read_attribute
from cra_plugin.errors import InputError
from tests.helpers.forked_python import REPOSITORY, fork_tool
from tests.helpers.tool_process import assert_refused

CONFIGS = REPOSITORY / 'configs'


@pytest.mark.parametrize('name', METHODS)
def test_every_method_is_a_config_that_can_be_read(name):
    file, options = METHODS[name]
    model = load_config(CONFIGS / file, options).model
    assert (model.get('grounding') or 'query') == {
        'candidate': 'candidate', 'evidence': 'evidence'}.get(
            name.split('-')[0], 'query')
    if name.startswith('evidence'):
        assert bool(model.cma_loss) is (name != 'evidence-MIL-NCE')
        assert bool(model.mil_nce_loss) is (name != 'evidence-CMA')


def test_a_bench_with_a_frozen_encoder(tiny_world, tmp_path, as_arguments):
    """Swapped too: the simulated features are those of the first time."""
    options = as_arguments({
        'model.d_model': 32, 'model.temporal_encoder.num_layers': 1,
        'model.temporal_encoder.num_heads': 2, 'log_level': 'ERROR',
        'train_dataloader.num_workers': 0, 'val_dataloader.num_workers': 0,
        'train_dataloader.persistent_workers': False,
        'val_dataloader.persistent_workers': False,
        'model.video_encoder.out_dim': 768,
        # The features that are simulated have 32 frames, the world 8.
        'val_dataloader.dataset.time_file': None})
    common = ('--annotations', tiny_world, '--out', tmp_path / 'bench',
              '--methods', 'evidence', '--seeds', 1, '--max-epochs', 1,
              '--text-encoder', tiny_world / 'text', '--event-encoder',
              tiny_world / 'text', *options)
    found = {}
    for swap in ((), ('--swap', )):
        done = fork_tool('analysis_tools/bench.py', *common[:-len(options)],
                         *swap, *options)
        assert done.returncode == 0, done.stderr
        name = 'swapped' if swap else 'results'
        report = json.loads((tmp_path / 'bench' / f'{name}.json').read_text())
        found[name] = report
        assert 'evidence' in done.stdout
        assert f'Tested on {"test" if swap else "val"}:' in done.stdout
        assert (tmp_path / 'bench' / f'{name}.md').is_file()
    assert found['results'] != found['swapped']
    made_of = read_attribute(
        tmp_path / 'bench' / 'encoded_data' / 'features_val.h5', 'simulation')
    assert json.loads(made_of)['event_encoder'] == str(tiny_world / 'text')
    assert list((tmp_path / 'bench' / 'text_states').rglob('*.index'))
    with pytest.raises(InputError, match='--event-encoder: found other, '):
        run_bench(tiny_world, tmp_path / 'bench', CONFIGS,
                  event_encoder='other')
    others = shutil.copytree(tiny_world, tmp_path / 'others')
    with open(others / 'gsub_val.json', 'a') as file:
        file.write('\n')
    with pytest.raises(InputError, match=r'gsub_val\.json: found another'):
        run_bench(others, tmp_path / 'bench', CONFIGS, event_encoder='other')


def test_no_such_method(tiny_world, tmp_path):
    with pytest.raises(InputError, match='--methods: found paperr'):
        run_bench(tiny_world, tmp_path, CONFIGS, ['paperr'])
    with pytest.raises(InputError, match=r'test\.csv: found no such file'):
        run_bench(tmp_path / 'none', tmp_path / 'out', CONFIGS)


@pytest.mark.parametrize(('option', 'value'), [
    ('--jobs', 0), ('--max-epochs', 0), ('--seeds', 1),
    ('--event-encoder', 'no/model')])
def test_options_are_read_before_anything_is_made(
        tiny_world, tmp_path, option, value):
    done = fork_tool('analysis_tools/bench.py', '--annotations', tiny_world,
                     '--out', tmp_path / 'out', '--seeds', 1, option, value,
                     *([value] if option == '--seeds' else []))
    assert_refused(done, f'{option[2:]}: found ')
    assert not list(tmp_path.glob('out/*/*.h5'))


def test_help_names_the_methods():
    asked = fork_tool('analysis_tools/bench.py', '--help')
    assert all(name in asked.stdout for name in METHODS)


@pytest.mark.parametrize('lost', ['model.safetensors', 'tokenizer.json'])
def test_a_text_model_of_which_files_are_missing(tiny_world, tmp_path, lost):
    """As where the process was killed between two of them."""
    folder = tmp_path / 'text'
    _make_text_model(tiny_world, folder)
    whole = (folder / lost).read_bytes()
    (folder / lost).unlink()
    _make_text_model(tiny_world, folder)
    assert (folder / lost).read_bytes() == whole

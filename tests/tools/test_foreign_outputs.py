"""No tool replaces what it did not write, unless it is told to."""

import json
import shutil

import h5py
import pytest
import torch

from cra_plugin.apis.config import load_config
from cra_plugin.registry import MODELS
from tests.conftest import REPOSITORY
from tests.helpers.released_format import released_state

TINY = ('--train-videos', 1, '--val-videos', 1, '--test-videos', 1)
WORLD = ('--test-ood-videos', 1, '--test-neutral-videos', 1)
CONFIG = REPOSITORY / 'configs' / 'cra_nextgqa_release.py'
# Tool, the file that is in its way, its arguments.
CASES = {
    'world': ('simulate_world.py', 'val.csv', (
        '--out', '{out}', *TINY, *WORLD)),
    'world features': ('simulate_world.py', 'features_test.h5', (
        '--out', '{out}', *TINY, *WORLD)),
    'world settings': ('simulate_world.py', 'world.json', (
        '--out', '{out}', *TINY, *WORLD)),
    'rendered': ('render_world.py', 'gsub_val.json', (
        '--out', '{out}', '--size', 32, '--fps', 1, *TINY)),
    'simulated': ('simulate_features.py', 'features_val.h5', (
        '--annotations', '{world}', '--splits', 'val', '--out', '{out}')),
    'text model': ('make_text_model.py', 'config.json', (
        '--annotations', '{world}', '--out', '{out}', '--hidden-size', 16,
        '--num-layers', 1, '--num-heads', 2, '--vocab-size', 270)),
    'visual': ('build_causal_features.py', 'd.npz', (
        'visual', '--features', '{world}/features_train.h5', '--out',
        '{out}/d.npz', '--num-clusters', 4)),
    'probe': ('probe_videos.py', 'STAR_videos.json', (
        '--videos', '{clips}', '--ids', '{ids}', '--out',
        '{out}/STAR_videos.json')),
    'features': ('extract_features.py', 'features_val.h5', (
        '--videos', '{clips}', '--ids', '{ids}', '--model', '{clip}',
        '--device', 'cpu', '--out', '{out}/features_val.h5')),
    'times': ('extract_features.py', 'frame2time_val.json', (
        '--videos', '{clips}', '--ids', '{ids}', '--model', '{clip}',
        '--device', 'cpu', '--out', '{out}/features_val.h5')),
    'report': ('eval_predictions.py', 'gsub_val.json', (
        '--annotations', '{world}', '--answers', '{answers}', '--spans',
        '{spans}', '--json', '{out}/gsub_val.json')),
}


@pytest.fixture
def places(tiny_world, clips, tiny_clip_folder, tmp_path):
    """What the arguments name, and an empty folder ``out``."""
    (tmp_path / 'out').mkdir()
    (tmp_path / 'ids.txt').write_text('slow\n')
    spans = json.loads((tiny_world / 'gsub_val.json').read_text())
    keys = [f'{video}_{qid}' for video, item in spans.items()
            for qid in item['location']]
    for name, entry in (('answers', {'prediction': 1}), ('spans', [0, 9])):
        (tmp_path / f'{name}.json').write_text(
            json.dumps(dict.fromkeys(keys, entry)))
    return dict(out=tmp_path / 'out', world=tiny_world, clips=clips,
                clip=f'local-dir:{tiny_clip_folder}',
                ids=tmp_path / 'ids.txt', answers=tmp_path / 'answers.json',
                spans=tmp_path / 'spans.json')


@pytest.mark.parametrize('case', CASES)
def test_what_others_wrote_stays(run_here, places, case):
    name, blocking, arguments = CASES[case]
    arguments = [str(each).format(**places) for each in arguments]
    out = places['out']
    theirs = b'{"v": [1, 2]}' if blocking.endswith('.json') else b'theirs'
    (out / blocking).write_bytes(theirs)
    status, _, errors = run_here(name, *arguments)
    assert status == 2
    line = errors.strip().splitlines()[-1]
    assert line.startswith(f'error: {out}/{blocking}: found a file that this '
                           'tool did not write') and '--overwrite' in line
    assert (out / blocking).read_bytes() == theirs
    assert {path.name for path in out.iterdir()} <= {
        blocking, f'{blocking}.lock', 'features_val.h5.lock'}
    status, _, errors = run_here(name, *arguments, '--overwrite')
    assert status == 0, errors
    assert (out / blocking).read_bytes() != theirs
    # Its own output, and an empty file, it does replace.
    status, _, errors = run_here(name, *arguments)
    assert status == 0, errors
    if blocking != 'world.json':  # which says what is its own
        (out / blocking).write_bytes(b'')
        status, _, errors = run_here(name, *arguments)
        assert status == 0, errors
    # Except where somebody else has changed it.
    (out / blocking).write_bytes(theirs)
    assert run_here(name, *arguments)[0] == 2


def test_features_of_another_tool_stay(run_here, places):
    out = places['out']
    shutil.copy(places['world'] / 'features_val.h5', out)
    before = (out / 'features_val.h5').read_bytes()
    for case in ('features', 'simulated'):
        name, _, arguments = CASES[case]
        status, _, errors = run_here(
            name, *(str(each).format(**places) for each in arguments))
        assert status == 2 and 'features_val.h5' in errors
        assert (out / 'features_val.h5').read_bytes() == before


def test_each_feature_file_has_times_of_its_own(run_here, places):
    name, _, arguments = CASES['features']
    arguments = [str(each).format(**places) for each in arguments]
    for file in ('features_val.h5', 'val.h5', 'val.hdf5'):
        arguments[-1] = str(places['out'] / file)
        status, output, errors = run_here(name, *arguments)
        assert status == 0, errors
    times = {path.name for path in places['out'].glob('*frame2time*')}
    assert times == {'frame2time_val.json', 'val.h5.frame2time.json',
                     'val.hdf5.frame2time.json'}
    assert 'val.hdf5.frame2time.json' in output


def test_a_killed_run_is_in_nobodys_way(run_here, places, monkeypatch):
    from cra_plugin.simulation import world_files
    name, _, arguments = CASES['world']
    arguments = [str(each).format(**places) for each in arguments]

    class Killed(BaseException):
        pass

    def stop(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(world_files, 'write_feature_file', stop)
        with pytest.raises(Killed):
            run_here(name, *arguments)
    assert (places['out'] / 'train.csv').is_file()
    status, _, errors = run_here(name, *arguments)
    assert status == 0, errors


def test_a_converted_checkpoint(run_here, places, causal_options,
                                as_arguments):
    torch.manual_seed(3)
    source, target = places['out'] / 'in.pth', places['out'] / 'out.pth'
    torch.save(released_state(MODELS.build(load_config(
        CONFIG, causal_options).model).state_dict()), source)
    shutil.copy(source, target)
    tool = ('convert_reference_checkpoint.py', source, target)
    options = as_arguments(causal_options)
    status, _, errors = run_here(*tool, *options)
    assert status == 2 and 'did not write' in errors
    assert target.read_bytes() == source.read_bytes()
    for more in (['--overwrite'], []):
        status, _, errors = run_here(*tool, *more, *options)
        assert status == 0, errors


def test_dumped_predictions(run_here, places, causal_options, as_arguments):
    """Refused before the config's data are read."""
    options = as_arguments(causal_options)
    spans = places['out'] / 'gsub_val.json'
    shutil.copy(places['world'] / 'gsub_val.json', spans)
    for option in ('--dump', '--json'):
        status, _, errors = run_here('test.py', CONFIG, 'none.pth', option,
                                     spans, *options)
        assert status == 2 and f'{spans}: found a file that this' in errors
    # Answers of other models have no scores; spans belong to the answers.
    old, spans = places['out'] / 'old.json', places['out'] / 'old_spans.json'
    tool = ('test.py', CONFIG, 'none.pth', '--dump', old, *options)
    spans.write_text('{"v_0": [1, 2.5]}')
    for answers, blamed in ((None, spans), ({}, old), (
            {'scores': [0, 1]}, None)):
        if answers is not None:
            old.write_text(json.dumps({'v_0': {'prediction': 1} | answers}))
        status, _, errors = run_here(*tool)
        assert status == 2
        assert ('this tool did not write' in errors) is (blamed is not None)
        assert blamed is None or f'error: {blamed}: ' in errors


def test_simulated_features_say_what_made_them(run_here, places):
    name, blocking, arguments = CASES['simulated']
    run_here(name, *(str(each).format(**places) for each in arguments))
    with h5py.File(places['out'] / blocking) as file:
        assert json.loads(file.attrs['simulation'])['num_distractors'] == 4


def test_the_demo_writes_into_no_folder_of_others(run_here, places):
    metrics = places['out'] / 'metrics.json'
    metrics.write_text('{"accuracy": 3}')
    status, _, errors = run_here('demo.py', '--out', places['out'])
    assert status == 2 and f'{metrics}: found a file that this' in errors
    assert list(places['out'].iterdir()) == [metrics]

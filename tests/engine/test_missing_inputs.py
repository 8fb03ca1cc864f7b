"""All that a run lacks, in one message, with what makes it."""

import shutil

import pytest

from cra_plugin.apis.config import load_config
from cra_plugin.apis.first_look import look_at_inputs
from cra_plugin.apis.test import test as run_test
from cra_plugin.engine.missing_inputs import require_inputs
from cra_plugin.errors import InputError
from tests.helpers.forked_python import REPOSITORY
from tests.helpers.tool_process import run_tool

CONFIG = str(REPOSITORY / 'configs' / 'cra_nextgqa.py')


def refusal(options, splits=('train', 'val'), config=CONFIG):
    with pytest.raises(InputError) as caught:
        require_inputs(load_config(config, options, 'unused'), splits)
    return str(caught.value)


def test_a_run_without_any_data_names_all_of_it(tmp_path):
    process = run_tool(
        'train.py', CONFIG, '--work-dir', tmp_path / 'run', '--cfg-options',
        f'data_root={tmp_path}/none', f'model.text_encoder.name={tmp_path}/t',
        'model.causal_intervention.back_door.dictionary=no.safetensors')
    assert process.returncode == 2
    headline, *lines = process.stderr.strip().splitlines()
    assert headline.startswith('error: missing, 9 in all')
    assert len(lines) == 9
    line = '\n'.join(lines)
    for name in ('train.csv', 'val.csv', 'gsub_val.json',
                 'frame2time_val.json', 'train_gpt4_sub.json',
                 'features_train.h5', 'features_val.h5'):
        assert f') {tmp_path}/none/{name}: ' in line
    assert lines[0].startswith('  (1) ') and '(9) the text model' in lines[8]
    assert (f'extract_features.py --videos VIDEOS --ids {tmp_path}/none/'
            'train.csv') in line
    assert 'language --annotations TRAIN.csv --out no.safetensors' in line
    assert not (tmp_path / 'run').exists()


def test_only_what_the_loop_reads_is_asked_for(tiny_world, causal_options):
    require_inputs(load_config(CONFIG, causal_options, 'x'),
                   ('train', 'val', 'test'))
    gone = {**causal_options, 'test_dataloader.dataset.ann_file': 'no.csv'}
    require_inputs(load_config(CONFIG, gone, 'x'), ('train', 'val'))
    message = refusal(gone, ('test', ))
    assert message.startswith(f'missing: {tiny_world}/no.csv')
    switched_off = {**gone, 'test_dataloader': None}
    require_inputs(load_config(CONFIG, switched_off, 'x'), ('test', ))


@pytest.mark.parametrize('field', ['span_file', 'time_file'])
def test_what_may_be_left_out_says_so(causal_options, field):
    name = f'val_dataloader.dataset.{field}'
    assert f'or set {name}=None' in refusal(
        {**causal_options, name: 'gone.json'})
    require_inputs(load_config(CONFIG, {**causal_options, name: None}, 'x'),
                   ('val', ))


def test_initial_weights_of_any_part(causal_options, tmp_path):
    part = 'model.temporal_encoder.init_cfg'
    file = tmp_path / 'weights.pth'
    named = {**causal_options, f'{part}.type': 'Pretrained',
             f'{part}.checkpoint': str(file)}
    assert refusal(named) == (f'missing: {file}: copy the weights there, or '
                              f'correct {part}.checkpoint')
    file.touch()
    require_inputs(load_config(CONFIG, named, 'x'), ('train', ))


def test_a_checkpoint_is_named_with_the_rest(tmp_path):
    (tmp_path / 'setup.py').touch()
    checkpoint = str(tmp_path / 'gone.pth')
    with pytest.raises(InputError) as caught:
        look_at_inputs(CONFIG, {
            'data_root': str(tmp_path), 'model.text_encoder.name': 'a/b/c'},
            ('test', ), checkpoint)
    *_, text_model, last = caught.value.details
    assert 'model a/b/c: put its folder there, or python' in text_model
    assert f'{checkpoint}: name a checkpoint' in last
    look_at_inputs(str(REPOSITORY / 'configs' / 'zeroshot_clip.py'), None, (),
                   checkpoint)


def test_a_folder_of_videos_and_the_durations_of_star(tmp_path):
    star = str(REPOSITORY / 'configs' / 'cra_star.py')
    message = refusal({'data_root': str(tmp_path)}, ('val', ), star)
    assert f'--out {tmp_path}/STAR_videos.json' in message
    message = refusal({'data_root': str(tmp_path)}, ('val', ), str(
        REPOSITORY / 'configs' / 'cra_nextgqa_videoswin.py'))
    assert 'put the videos there' in message


def test_all_that_videos_need(tmp_path, monkeypatch):
    config = str(REPOSITORY / 'configs' / 'cra_nextgqa_videoswin.py')
    options = {'data_root': str(tmp_path), 'model.text_encoder.name': 'no/one'}
    for name in ('map_file', 'fps'):
        options[f'val_dataloader.dataset.videos.{name}'] = f'{name}.json'
    monkeypatch.setenv('TORCH_HOME', str(tmp_path / 'torch'))
    message = refusal(options, ('val', ), config)
    assert f'{tmp_path}/map_file.json: ' in message
    assert 'set val_dataloader.dataset.videos.map_file=None' in message
    assert f'{tmp_path}/fps.json: ' in message
    assert 'the weights https://' in message
    assert f'into {tmp_path}/torch/hub/checkpoints' in message
    file = load_config(config).model.video_encoder.checkpoint.split('/')[-1]
    cached = tmp_path / 'torch' / 'hub' / 'checkpoints' / file
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert 'the weights' not in refusal(options, ('val', ), config)


@pytest.mark.parametrize(('config', 'field', 'value'), [
    ('videoswin', 'checkpoint', 'gone.pth'),
    ('clip-e2e', 'pretrained', 'folder/gone.bin')])
def test_weights_in_files(config, field, value):
    name = f'model.video_encoder.{field}'
    path = str(REPOSITORY / 'configs' / f'cra_nextgqa_{config}.py')
    message = refusal({name: value}, (), path)
    assert message.startswith('missing, ') and f' {value}: copy' in message
    assert f'or set {name}=None' in message
    require_inputs(load_config(path, None, 'x'), ())


def test_weights_by_name_are_told_with_the_rest(tmp_path):
    assert 'the weights openai of ' in refusal(
        {'data_root': str(tmp_path)}, ('val', ),
        str(REPOSITORY / 'configs' / 'cra_nextgqa_clip-e2e.py'))


@pytest.mark.parametrize('name', ['cra_nextgqa.py', 'of_mine.py'])
def test_a_test_names_the_config_of_the_run(tmp_path, causal_options, name):
    checkpoint = tmp_path / 'epoch_1.pth'
    checkpoint.touch()
    options = {**causal_options, 'model.text_encoder.name': str(
        tmp_path / 'gone')}
    # What a test has left there is not the config of the training.
    shutil.copy(CONFIG, tmp_path / 'other_test.py')
    with pytest.raises(InputError) as caught:
        run_test(CONFIG, str(checkpoint), str(tmp_path / 'work'),
                 options=options)
    assert 'has left its config' not in str(caught.value)
    own = tmp_path / name
    shutil.copy(CONFIG, own)
    shutil.copy(CONFIG, tmp_path / 'later_test.py')
    with pytest.raises(InputError,
                       match=f'python tools/test.py {own} {checkpoint}'):
        run_test(CONFIG, str(checkpoint), str(tmp_path / 'work'),
                 options=options)


def test_config_and_checkpoint_in_the_wrong_order(tmp_path):
    checkpoint = tmp_path / 'epoch_1.pth'
    checkpoint.touch()
    with pytest.raises(InputError, match=r'found a config; expected a '
                       rf'checkpoint.*test\.py {CONFIG} {checkpoint}'):
        run_test(str(checkpoint), CONFIG)
    with pytest.raises(InputError, match='name a file such as work_dirs'):
        run_test(CONFIG, CONFIG)

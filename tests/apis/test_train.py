"""Training, resuming and testing from end to end, on a tiny world."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.apis.test import test as evaluate
from cra_plugin.apis.train import train
from cra_plugin.errors import InputError

CONFIG = str(Path(__file__).resolve().parents[2] / 'configs/cra_nextgqa.py')


CLUSTERS = 'model.causal_intervention.front_door.num_clusters'
MORE = {'log_level': 'ERROR', 'optim_wrapper.optimizer.lr': 1e-3,
        'default_hooks.checkpoint.max_keep_ckpts': 5}


@pytest.fixture(scope='module')
def options(causal_options):
    return causal_options | MORE


@pytest.fixture(scope='module')
def run(tmp_path_factory, either_model):
    """A training of two epochs: its folder, runner, config and options."""
    folder, options = tmp_path_factory.mktemp('run'), (
        either_model.options | MORE)
    return SimpleNamespace(
        folder=folder, config=either_model.config, options=options,
        runner=train(either_model.config, str(folder), options=options))


def weights(path):
    return torch.load(path, weights_only=False)['state_dict']


def logged(folder):
    """The scalars that a run logged, in order."""
    lines = sorted(folder.glob('*/vis_data/scalars.json'))[-1].read_text()
    return [json.loads(line) for line in lines.splitlines()]


def test_trains_and_reports(run):
    folder, runner = run.folder, run.runner
    assert runner.epoch == 2
    assert {path.name for path in folder.glob('epoch_*.pth')} == {
        'epoch_1.pth', 'epoch_2.pth'}
    scalars = logged(folder)
    validated = [each for each in scalars if 'Acc@GQA' in each]
    assert len(validated) == 2
    for each in validated:
        assert {'Acc@VQA', 'mIoP', 'mIoU', 'window/Acc@GQA',
                'prior/middle_point/Acc@GQA'} <= each.keys()
    best = max(validated, key=lambda each: each['Acc@GQA'])['Acc@GQA']
    assert runner.message_hub.get_info('best_score') == best
    saved = list(folder.glob('best_Acc@GQA_epoch_*.pth'))
    assert len(saved) == 1


def test_the_dictionary_is_filled_and_saved(run):
    folder, runner = run.folder, run.runner
    dictionary = runner.model.causal_intervention.front_door.dictionary
    assert dictionary.is_filled
    saved = weights(folder / 'epoch_2.pth')
    prefix = 'causal_intervention.front_door.dictionary'
    assert saved[f'{prefix}.filled']
    assert torch.equal(saved[f'{prefix}.centers'], dictionary.centers)


def test_same_seed_same_weights_other_seed_others(tmp_path, options):
    options = options | {'train_cfg.max_epochs': 1, 'val_cfg': None,
                         'val_dataloader': None, 'val_evaluator': None}
    options['default_hooks.checkpoint.save_best'] = None
    found = []
    for seed in (1, 1, 2):
        place = tmp_path / f'{len(found)}'
        train(CONFIG, str(place), seed=seed, options=options)
        found.append(weights(place / 'epoch_1.pth'))
    first, again, other = found
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


@pytest.mark.parametrize('given', [True, False])
def test_resume_equals_a_run_without_a_break(run, tmp_path, given):
    folder = run.folder
    start = folder / 'epoch_1.pth'
    if not given:
        (tmp_path / 'epoch_1.pth').symlink_to(start)
        (tmp_path / 'last_checkpoint').write_text(
            str(tmp_path / 'epoch_1.pth'))
    runner = train(run.config, str(tmp_path),
                   resume=str(start) if given else 'auto', options=run.options)
    assert runner.epoch == 2
    assert min(each['epoch'] for each in logged(tmp_path)
               if 'loss' in each) == 2
    whole, resumed = (weights(path / 'epoch_2.pth')
                      for path in (folder, tmp_path))
    assert whole.keys() == resumed.keys()
    for key in whole:
        assert torch.equal(whole[key], resumed[key]), key


def test_dumped_predictions_score_the_same(run, tmp_path, tiny_world):
    folder = run.folder
    metrics = evaluate(
        run.config, str(folder / 'epoch_2.pth'), str(tmp_path),
        dump=str(tmp_path / 'answers.json'),
        json=str(tmp_path / 'report.json'), options=run.options)
    report = json.loads((tmp_path / 'report.json').read_text())
    for evidence in ({'spans': tmp_path / 'answers_spans.json'},
                     {'attention': tmp_path / 'answers_attention.json'}):
        scored = evaluate_predictions(
            str(tiny_world), 'test', str(tmp_path / 'answers.json'),
            **{key: str(value) for key, value in evidence.items()})
        for name in ('Acc@GQA', 'Acc@VQA', 'mIoP', 'mIoU', 'IoP@0.5'):
            assert scored[name] == pytest.approx(metrics[name], abs=1e-9)
            assert report[name] == pytest.approx(metrics[name], abs=1e-9)
        assert scored['by_type'] == report['by_type']


def test_metrics_do_not_depend_on_the_batch_size(run, tmp_path):
    folder = run.folder
    found = [
        evaluate(run.config, str(folder / 'epoch_2.pth'), str(tmp_path),
                 options=run.options | {'test_dataloader.batch_size': size})
        for size in (1, 9)]
    assert found[0] == pytest.approx(found[1], abs=1e-4)


@pytest.mark.parametrize(('changes', 'words'), [
    ({'model.text_encoder.name': '/no/text/model'},
     ('model.text_encoder.name', '/no/text/model', 'hf download')),
    ({'model.video_encoder.out_dim': 13},
     ('model.video_encoder.out_dim', 'found 13', 'width 12',
      'out_dim=12')),
    ({'train_dataloader.dataset.features.path': 'none.h5'},
     ('none.h5', 'missing: ')),
    ({'train_dataloader.dataset.ann_file': 'none.csv'}, ('none.csv', )),
    ({'model.causal_intervention.front_door.dictionary': '/no/file.npz'},
     ('/no/file.npz', 'missing: ')),
    ({'model.causal_intervention.front_door.num_clusters': 999},
     ('999 centers', )),
    ({'train_dataloader.dataset.pipeline': []},
     ('samples without inputs', 'PackVideoQGInputs')),
    ({'train_dataloader': None, 'train_cfg': None, 'optim_wrapper': None,
      'param_scheduler': None},
     ('train_dataloader: found none', ))])
def test_bad_input_is_named(tmp_path, options, changes, words):
    with pytest.raises(InputError) as caught:
        train(CONFIG, str(tmp_path), options=options | changes)
    for word in words:
        assert word in str(caught.value)


WITHOUT_TEST = dict.fromkeys(
    ('test_dataloader', 'test_cfg', 'test_evaluator'))


def test_a_config_without_a_test_loop(run, tmp_path):
    checkpoint = str(run.folder / 'epoch_2.pth')
    metrics = evaluate(run.config, checkpoint, str(tmp_path), split='val',
                       options=run.options | WITHOUT_TEST)
    assert metrics == evaluate(run.config, checkpoint, str(tmp_path),
                               split='val', options=run.options)
    with pytest.raises(InputError, match='test_dataloader: found none'):
        evaluate(run.config, checkpoint, str(tmp_path),
                 options=run.options | WITHOUT_TEST)


def test_no_data_preprocessor_is_ours(run, tmp_path):
    checkpoint = str(run.folder / 'epoch_2.pth')
    found = [evaluate(run.config, checkpoint, str(tmp_path),
                      options=run.options | more)
             for more in ({}, {'model.data_preprocessor': None})]
    assert found[0] == found[1]


def test_bad_checkpoints(run, tmp_path):
    whole = (run.folder / 'epoch_1.pth').read_bytes()
    (tmp_path / 'cut.pth').write_bytes(whole[:-1000])
    for name, word in (('none.pth', 'no such file'),
                       ('cut.pth', 'cannot be loaded safely')):
        with pytest.raises(InputError, match=word):
            evaluate(run.config, str(tmp_path / name), str(tmp_path),
                     options=run.options)
        with pytest.raises(InputError, match=word):
            train(run.config, str(tmp_path), resume=str(tmp_path / name),
                  options=run.options)


def test_tensorboard_comes_beside_the_local_files(tmp_path, options):
    option = 'visualizer.vis_backends.0.type'
    train(CONFIG, str(tmp_path), options=options | {
        option: 'mmengine.TensorboardVisBackend', 'train_cfg.max_epochs': 1})
    assert list(tmp_path.rglob('events.out.tfevents.*'))
    (local, ) = tmp_path.rglob('scalars.json')
    first = json.loads(local.read_text().splitlines()[0])
    # Of the Gaussian filter; a part of the log, not of the loss.
    assert first['sigma'] == pytest.approx(1, abs=.01)
    assert first['loss'] == pytest.approx(sum(
        value for name, value in first.items() if name.startswith('loss_')),
        abs=1e-3)


def test_weights_of_another_model_are_refused(run):
    folder = run.folder
    with pytest.raises(InputError, match='weights of another model'):
        evaluate(run.config, str(folder / 'epoch_2.pth'),
                 options=run.options | {CLUSTERS: 5})


def test_persistent_workers_as_shipped(tmp_path, options):
    """The configs of NExT-GQA read with two workers that stay."""
    alone, together = tmp_path / 'alone', tmp_path / 'together'
    train(CONFIG, str(alone), options=dict(options))
    train(CONFIG, str(together), options=options | {
        'train_dataloader.num_workers': 2,
        'train_dataloader.persistent_workers': True})
    for key, value in weights(alone / 'epoch_2.pth').items():
        assert torch.equal(weights(together / 'epoch_2.pth')[key], value), key

"""Every shipped config: readable, and it trains and evaluates."""

import ast
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from cra_plugin.apis.config import load_config
from cra_plugin.apis.train import build_runner
from tests.conftest import CAUSAL_OPTIONS

FOLDER = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(path.name for path in FOLDER.glob('*.py'))
# Tested in tests/models/grounders/test_zero_shot_grounder.py.
NOT_TRAINED = {'zeroshot_clip.py', 'zeroshot_clip_nextgqa.py'}
STEPS = 1


def test_there_are_configs():
    assert {'cra_nextgqa.py', 'cra_nextgqa_release.py',
            'tempclip_ph_nextgqa.py', 'tempclip_ng_nextgqa.py',
            'tempclip_ngplus_nextgqa.py', 'cra_star.py',
            'cra_star_release.py', 'tempclip_ngplus_star.py',
            'cra_nextgqa_videoswin.py', 'cra_nextgqa_timesformer.py',
            'cra_nextgqa_clip-e2e.py', 'cra_rendered.py',
            'cra_rendered_features.py'} <= set(LEAVES)


def test_the_option_that_skips_losses_finds_its_hook():
    """configs/README.md names it."""
    place = 'default_hooks.nonfinite_loss.action'
    assert place in (FOLDER / 'README.md').read_text()
    hook = load_config(FOLDER / 'cra_nextgqa.py', {place: 'skip'},
                       'unused').default_hooks.nonfinite_loss
    assert hook == dict(type='cra_plugin.NonfiniteLossHook', action='skip')


@pytest.mark.parametrize('name', LEAVES)
def test_short_with_a_header_that_launches_it(name):
    text = (FOLDER / name).read_text()
    assert len(text.splitlines()) < 45
    header = ast.get_docstring(ast.parse(text))
    assert header and f'configs/{name}' in header


@pytest.mark.parametrize('name', LEAVES)
def test_written_out_it_means_the_same(name, tmp_path):
    config = Config.fromfile(str(FOLDER / name))
    config.dump(str(tmp_path / name))
    again = Config.fromfile(str(tmp_path / name))
    assert again.to_dict() == config.to_dict()


def world_options(folder):
    """Give other data sets the tiny world's files."""
    return {
        f'{split}_dataloader.dataset.{key}': value
        for split in ('train', 'val', 'test')
        for key, value in (('ann_file', f'{split}.csv'),
                           ('data_root', str(folder)),
                           ('features.path', f'features_{split}.h5'))}


def tiny_backbone(config):
    """Shrink what encodes the frames of a config; it takes 32 x 32."""
    encoder = config.model.video_encoder
    if encoder.type == 'cra_plugin.OpenCLIPFrames':
        return {'model': None, 'pretrained': None}
    arch = {'_delete_': True, 'embed_dims': 8, 'depths': [1, 1, 1, 1],
            'num_heads': [1, 1, 2, 2]}
    return {'SwinTransformer3D': {
        'backbone.arch': arch, 'checkpoint': None, 'out_dim': 64},
        'TimeSformer': {
            'backbone.embed_dims': 16, 'backbone.num_heads': 2,
            'backbone.num_transformer_layers': 2, 'backbone.img_size': 32,
            'checkpoint': None, 'out_dim': 16},
        'ResNet3dSlowOnly': {}}[encoder.backbone.type]


def video_options(config, folder, tiny_clip_folder):
    """Train a config of raw videos on the rendered world, made tiny."""
    options = {'data_root': str(folder), 'model.d_model': 32,
               'model.text_encoder.name': str(folder / 'text'),
               'model.temporal_encoder.num_layers': 1,
               'model.temporal_encoder.num_heads': 2,
               'train_dataloader.dataset.paraphrase_file': None}
    options |= {f'model.video_encoder.{key}': value
                for key, value in tiny_backbone(config).items()}
    if 'model.video_encoder.model' in options:
        options['model.video_encoder.model'] = f'local-dir:{tiny_clip_folder}'
    if config.model.get('causal_intervention'):
        options |= CAUSAL_OPTIONS
    for split in ('train', 'val', 'test'):
        loader = f'{split}_dataloader'
        options |= {f'{loader}.num_workers': 0,
                    f'{loader}.persistent_workers': False}
        steps = config[loader].dataset.pipeline
        for index, step in enumerate(steps):
            for key, value in (('scale', (-1, 36)), ('size', 32),
                               ('crop_size', 32)):
                if key in step:
                    options[f'{loader}.dataset.pipeline.{index}.{key}'] = (
                        value)
    return options


# Questions of one's own are trained on in tests/apis/test_grounded_qa_run.py.
@pytest.mark.parametrize('name', sorted(
    {*LEAVES} - {'cra_grounded_qa.py'} - NOT_TRAINED))
def test_trains_a_step_and_evaluates(name, tmp_path, tiny_world, tiny_options,
                                     causal_options, star_options,
                                     causal_star_options, rendered_world,
                                     tiny_clip_folder):
    shipped = Config.fromfile(str(FOLDER / name))
    causal = bool(shipped.model.get('causal_intervention'))
    if shipped.train_dataloader.dataset.get('videos'):
        options = video_options(shipped, rendered_world, tiny_clip_folder)
    elif shipped.train_dataloader.dataset.type == 'cra_plugin.STARDataset':
        options = dict((star_options, causal_star_options)[causal])
    else:
        options = (tiny_options, causal_options)[causal]
        options = options | world_options(tiny_world)
    for split in ('train', 'val', 'test'):
        # One batch, so that training is one step.
        options[f'{split}_dataloader.batch_size'] = 64
    options['train_cfg.max_epochs'] = STEPS
    config = load_config(FOLDER / name, options, str(tmp_path))
    config.log_level = 'ERROR'
    init_default_scope(config.default_scope)
    runner = build_runner(config)
    before = {key: value.clone()
              for key, value in runner.model.state_dict().items()}
    runner.train()
    assert runner.iter == STEPS
    changed = [key for key, value in runner.model.state_dict().items()
               if not torch.equal(value, before[key])]
    assert any(key.startswith('text_encoder.encoder') for key in changed)
    assert any(key.startswith('grounding_head') for key in changed)
    encoder = shipped.model.video_encoder
    # A frozen one gets its first weights in training.
    if not encoder.get('frozen'):
        assert any(key.startswith('video_encoder.backbone')
                   for key in changed) == (
            encoder.type != 'cra_plugin.PrecomputedFeatures')
    metrics = runner.test()
    for key in ('Acc@GQA', 'Acc@VQA', 'mIoP', 'mIoU', 'window/mIoP'):
        assert 0 <= metrics[key] <= 100, key
    best = config.default_hooks.checkpoint.save_best
    assert list(tmp_path.glob(f'best_{best.replace("/", "_")}*.pth'))

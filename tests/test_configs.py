"""Every shipped config: readable, and it trains and evaluates."""

import ast
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from cra_plugin.apis.config import load_config

FOLDER = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(path.name for path in FOLDER.glob('*.py'))
# Tested in tests/models/grounders, test_zero_shot_grounder.py and
# test_masked_word_model.py.
NOT_TRAINED = {'zeroshot_clip.py', 'zeroshot_clip_nextgqa.py',
               'frozenbilm_words_demo.py'}


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


@pytest.mark.parametrize('name', sorted({*LEAVES} - NOT_TRAINED))
def test_plain_mmengine_trains_a_step_and_evaluates(name, tmp_path,
                                                    small_options):
    """By path from another folder; by name: test_inherited_configs.py."""
    config = Config.fromfile(str(FOLDER / name))
    assert config.work_dir == f'work_dirs/{Path(name).stem}'
    encoder = config.model.video_encoder
    config.merge_from_dict(small_options(config) | {
        'work_dir': str(tmp_path), 'log_level': 'ERROR',
        # mmengine names runs after the second.
        'experiment_name': name})
    runner = Runner.from_cfg(config)
    before = {key: value.clone()
              for key, value in runner.model.state_dict().items()}
    runner.train()
    assert runner.iter == 1
    changed = [key for key, value in runner.model.state_dict().items()
               if not torch.equal(value, before[key])]
    part = ('language_model.deberta.encoder'
            if 'language_model' in config.model else 'text_encoder.encoder')
    assert any(key.startswith(part) for key in changed)
    # Frame evidence has nothing to learn there, FrozenBiLM's attention no
    # head at all.
    head = config.model.get('grounding_head') or {}
    assert any(key.startswith('grounding_head') for key in changed) == (
        head.get('type') not in (None, 'cra_plugin.EvidenceHead'))
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

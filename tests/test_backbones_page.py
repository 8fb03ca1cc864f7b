"""The snippets of docs/backbones.md, run."""

import torch

from cra_plugin.registry import MODELS
from tests.helpers.doc_snippets import DOCS, defined_by


def test_a_backbone_of_mmaction2():
    config = defined_by('backbones.md', 'model')['video_encoder']
    assert config.pop('_delete_') and config.pop('checkpoint')
    encoder = MODELS.build(config).eval()
    video = torch.zeros(1, 1, 3, 32, 32, 32, dtype=torch.uint8)
    with torch.no_grad():
        assert encoder(video).shape == (1, 32, 2048)


def test_the_pipeline_is_that_of_the_configs():
    from mmengine.config import Config
    shipped = Config.fromfile(
        str(DOCS.parent / 'configs' / 'cra_nextgqa_videoswin.py'))
    steps = [each for each in defined_by('backbones.md', 'dataset')['pipeline']
             if each is not ...]
    found = [dict(each) for each in shipped.train_pipeline]
    assert steps[:-1] == found[:6] and steps[-1] == found[-1]

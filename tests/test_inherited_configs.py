"""Our configs, inherited by name or by path from another folder."""

from importlib.metadata import PackageNotFoundError, version

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

from cra_plugin.engine.config_check import check_config
from cra_plugin.registry import DATASETS, MODELS, TRANSFORMS
from tests.helpers.forked_python import REPOSITORY

FOLDER = REPOSITORY / 'configs'
LEAVES = sorted(path.name for path in FOLDER.glob('*.py'))


@pytest.mark.parametrize('by', ['name', 'path'])
@pytest.mark.parametrize('name', LEAVES)
def test_what_is_inherited_can_be_built(tmp_path, monkeypatch, by, name):
    monkeypatch.chdir(tmp_path)
    if by == 'name':
        try:
            version('cra_plugin')
        except PackageNotFoundError:
            pytest.skip('cra_plugin is not installed: pip install -e .')
    base = {'name': f'cra_plugin::_base_/../{name}',
            'path': FOLDER / name}[by]
    (tmp_path / 'mine.py').write_text(f"_base_ = '{base}'\n")
    config = Config.fromfile('mine.py')
    check_config(config)
    init_default_scope(config.default_scope)
    for split in ('train', 'val', 'test'):
        dataset = config[f'{split}_dataloader'].dataset
        assert DATASETS.get(dataset.type)
        # What is inherited by name is built in the scope of its package.
        scope = dataset.get('_scope_')
        with TRANSFORMS.switch_scope_and_registry(scope) as transforms:
            built = [type(transforms.build(step))
                     for step in dataset.pipeline
                     if step.type != 'cra_plugin.TokenizeText']
        # mmcv has a Resize and a CenterCrop of its own.
        assert all(each.__module__.startswith(('cra_plugin.', 'mmaction.'))
                   for each in built)
    encoder = config.model.video_encoder
    if encoder.type != 'cra_plugin.OpenCLIPFrames':
        MODELS.build({**encoder, 'checkpoint': None}
                     if 'checkpoint' in encoder else encoder)

"""Work-arounds for both versions of mmaction2 that are supported."""

import os
import sys
from pathlib import Path

import pytest

from cra_plugin.compat import mmaction_imports, versions
from tests.helpers.forked_python import REPOSITORY, fork_tool, run_python


def test_stand_ins_are_modules_that_import():
    mmaction_imports._stand_in('cra_test_parent')
    mmaction_imports._stand_in('cra_test_parent.child', NAME=7)
    try:
        from cra_test_parent.child import NAME
        assert NAME == 7
        mmaction_imports._stand_in('cra_test_parent.child', NAME=8)
        assert sys.modules['cra_test_parent.child'].NAME == 7
    finally:
        del sys.modules['cra_test_parent.child']
        del sys.modules['cra_test_parent']


def test_no_stand_in_where_the_real_one_is_there(tmp_path, monkeypatch):
    folder = tmp_path / 'models' / 'localizers'
    (folder / 'drn').mkdir(parents=True)
    (folder / '__init__.py').write_text('from .drn.drn import DRN\n')
    monkeypatch.setattr(mmaction_imports, '_mmaction_file',
                        lambda *parts: tmp_path.joinpath(*parts))
    made = []
    monkeypatch.setattr(mmaction_imports, '_stand_in',
                        lambda name, **_: made.append(name))
    (folder / 'drn' / 'drn.py').write_text('class DRN: pass\n')
    mmaction_imports.stand_in_for_drn()
    mmaction_imports.stand_in_for_multimodal()
    assert made == []
    (folder / 'drn' / 'drn.py').unlink()
    mmaction_imports.stand_in_for_drn()
    assert made == ['mmaction.models.localizers.drn',
                    'mmaction.models.localizers.drn.drn']
    (tmp_path / 'models' / 'multimodal').mkdir()
    from transformers import modeling_utils
    monkeypatch.setattr(modeling_utils, 'apply_chunking_to_forward', 1,
                        raising=False)
    mmaction_imports.stand_in_for_multimodal()
    assert len(made) == 2
    monkeypatch.delattr(modeling_utils, 'apply_chunking_to_forward')
    mmaction_imports.stand_in_for_multimodal()
    assert made[2:] == ['mmaction.models.multimodal']


@pytest.mark.skipif(versions.installed_version('mmcv-lite') is None,
                    reason='this is the full mmcv')
def test_mmcv_lite_still_warns_and_we_do_not_hear_it():
    """Fails once mmcv-lite is quiet: drop the filter then."""
    code = 'import mmaction.models'
    for prefix, heard in (('from cra_plugin.compat import mmaction_imports\n'
                           'mmaction_imports.stand_in_for_drn()\n', True),
                          ('import cra_plugin.compat.applied\n', False)):
        process = run_python('-c', prefix + code)
        assert process.returncode == 0, process.stderr
        assert ('MultiScaleDeformableAttention' in process.stderr) is heard


def test_transformers_still_lacks_what_mmaction2_1_2_imports():
    """Fails once transformers has it again: drop the stand-in then."""
    from transformers import modeling_utils
    assert not hasattr(modeling_utils, 'apply_chunking_to_forward')


@pytest.fixture
def overlay():
    """A folder with mmaction2 1.2.0, mmcv-lite 2.1.0 and their needs."""
    folder = os.environ.get('CRA_MMACTION_OVERLAY')
    if not folder:
        pytest.skip(
            'CRA_MMACTION_OVERLAY is unset: name a folder made by pip install '
            '--no-deps --target FOLDER mmaction2==1.2.0 mmcv-lite==2.1.0 '
            'importlib_metadata zipp')
    return folder


def python(code, overlay):
    return run_python('-c', code, PYTHONPATH=overlay)


def test_upstream_mmaction2_2714_still_needs_the_stand_ins(overlay):
    """Fails once mmaction2 1.2 imports by itself: drop ours then."""
    process = python('import mmaction\nassert mmaction.__version__ == "1.2.0"'
                     '\nprint("found")\nimport mmaction.models', overlay)
    assert 'found' in process.stdout
    assert process.returncode != 0
    assert 'mmaction.models.localizers.drn' in process.stderr
    process = python(
        'import sys\nfrom cra_plugin.compat import mmaction_imports\n'
        'mmaction_imports.stand_in_for_drn()\nimport mmaction.models', overlay)
    assert process.returncode != 0
    assert 'mmaction/models/multimodal' in process.stderr


def test_works_with_mmaction2_1_2(overlay):
    process = python(
        'import mmaction\nassert mmaction.__version__ == "1.2.0"\n'
        'import cra_plugin.compat.applied\n'
        'from cra_plugin.registry import MODELS\n'
        'import mmaction.models\n'
        'MODELS.build(dict(type="mmaction.ResNetTSM", depth=18, '
        'pretrained=None))\n'
        'MODELS.build(dict(type="mmaction.CrossEntropyLoss"))\n'
        'MODELS.build(dict(type="cra_plugin.GSGHead", d_model=8))\n'
        'print("built")', overlay)
    assert 'built' in process.stdout, process.stderr


def test_backbones_with_mmaction2_1_2(overlay):
    """The shapes of all, by their own tests on the other version."""
    folder = Path(__file__).resolve().parents[1] / 'models' / 'video_encoders'
    process = run_python('-m', 'pytest', '-k', 'test_shape',
                         folder / 'test_mmaction_backbone.py',
                         PYTHONPATH=overlay)
    assert process.returncode == 0, process.stdout[-2000:]


def test_trains_with_mmaction2_1_2(overlay, tmp_path, causal_options,
                                   as_arguments):
    process = fork_tool(
        'train.py', REPOSITORY / 'configs' / 'cra_nextgqa.py',
        '--work-dir', tmp_path / 'run',
        *as_arguments(causal_options | {'train_cfg.max_epochs': 1}),
        PYTHONPATH=overlay)
    assert process.returncode == 0, process.stderr[-2000:]
    assert list((tmp_path / 'run').glob('best_Acc@GQA_epoch_1.pth'))

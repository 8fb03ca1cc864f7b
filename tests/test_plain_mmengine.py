"""mmengine alone, in an interpreter that has imported nothing of ours.

That each shipped config trains is seen in test_configs.py, and inherited by
name in test_inherited_configs.py.
"""

import json

from mmengine.config import Config

from tests.helpers.forked_python import REPOSITORY, run_python

CONFIG = REPOSITORY / 'configs' / 'cra_nextgqa.py'
SNAPSHOT = """
import sys, warnings
import mmengine.runner.checkpoint, mmengine.hooks.checkpoint_hook
import mmengine.config.config, mmengine.hub.hub, mmaction.registry

def others():
    return {name: module for name, module in sys.modules.items()
            if name.split('.')[0] in ('mmengine', 'mmaction', 'mmcv')}

def state():
    found = {}
    for name, module in others().items():
        found[name] = module
        for key, value in vars(module).items():
            if not key.startswith('__'):
                found[name, key] = value
            if isinstance(value, type):
                found |= {(name, key, each): one
                          for each, one in vars(value).items()
                          # mmengine replaces it for each scope.
                          if each != '_instance_dict'}
    loader = mmengine.runner.checkpoint.CheckpointLoader
    found |= {('scheme', key): one for key, one in loader._schemes.items()}
    found |= {('filter', *map(str, each)): True for each in warnings.filters}
    return found

def changed(before, after):
    return [key for key in before.keys() | after.keys()
            if before.get(key) is not after.get(key)]

before = state()
"""


def run_alone(code, *arguments, **environment):
    process = run_python('-c', code, *arguments, **environment)
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_our_registry_leaves_mmengine_as_it_is():
    """Until the work-arounds are asked for."""
    run_alone(SNAPSHOT + """
import cra_plugin.registry
assert not changed(before, state()), changed(before, state())
import cra_plugin.compat.applied
after = state()
for key in [('scheme', ''), ('mmengine.hooks.checkpoint_hook', 'open'),
            ('mmengine.config.config', '_get_package_and_cfg_path'),
            ('mmengine.logging.logger', 'MMLogger', '__init__')]:
    assert key in changed(before, after), key
cra_plugin.compat.apply()
assert not changed(after, state()), changed(after, state())
""")


def test_our_components_leave_other_runs_as_they_are():
    """Whoever takes one of ours into a run of another package."""
    run_alone(SNAPSHOT + """
from mmengine.registry import HOOKS, LOOPS, METRICS, MODELS
HOOKS.get('cra_plugin.MeanLossHook')
LOOPS.get('cra_plugin.ResumableEpochLoop')
METRICS.get('cra_plugin.GroundedQAMetric')
MODELS.build(dict(type='cra_plugin.GSGHead', d_model=8))
replaced = [key for key in changed(before, state()) if key in before]
assert not replaced, replaced
""")


OWN = """
from cra_plugin.models.heads import GSGHead
from cra_plugin.registry import MODELS

@MODELS.register_module()
class HeadBesideTheConfig(GSGHead):
    pass
"""
MINE = f"""
_base_ = '{CONFIG}'
custom_imports = dict(imports=['head_beside_the_config'])
model = dict(grounding_head=dict(type='cra_plugin.HeadBesideTheConfig'))
"""
RUN = """
import json, sys
from mmengine.config import Config
from mmengine.runner import Runner

assert 'cra_plugin' not in sys.modules
options = json.load(open('options.json'))

def run(name, **more):
    config = Config.fromfile('mine.py')
    config.merge_from_dict(dict(options, experiment_name=name, **more))
    return Runner.from_cfg(config)

first = run('first')
first.train()
assert type(first.model.grounding_head).__name__ == 'HeadBesideTheConfig'
resumed = run('resumed', resume=True, **{'train_cfg.max_epochs': 3})
resumed.train()
evaluated = run('evaluated', load_from='work_dirs/cra_nextgqa/epoch_3.pth')
json.dump({
    'rates': first.message_hub.get_scalar('train/lr').data[0].tolist(),
    'steps': [first.iter, resumed.iter], 'epochs': resumed.epoch,
    'val': evaluated.val(), 'test': evaluated.test()},
    open('report.json', 'w'))
"""


def test_a_module_beside_the_config_trains_and_resumes(tmp_path,
                                                       small_options):
    """On PYTHONPATH; its ``custom_imports`` leave ours out."""
    (tmp_path / 'head_beside_the_config.py').write_text(OWN)
    (tmp_path / 'mine.py').write_text(MINE)
    options = small_options(Config.fromfile(str(CONFIG)))
    (tmp_path / 'options.json').write_text(json.dumps(options | {
        'train_dataloader.batch_size': 8, 'train_cfg.max_epochs': 2,
        'log_level': 'ERROR'}))
    run_alone(RUN, cwd=tmp_path, PYTHONPATH=f'{tmp_path}:{REPOSITORY}')
    report = json.loads((tmp_path / 'report.json').read_text())
    # The warm-up of one epoch, then a cosine to nearly nothing.
    rates, (before, after) = report['rates'], report['steps']
    assert len(rates) == before
    assert rates[0] < max(rates) == rates[before // 2]
    assert rates[before // 2:] == sorted(rates[before // 2:], reverse=True)
    assert rates[-1] < max(rates) / 3
    assert (report['epochs'], after) == (3, before * 3 // 2)
    for split in ('val', 'test'):
        assert 0 <= report[split]['Acc@GQA'] <= 100

"""Child registries of mmengine's roots, under the scope ``cra_plugin``.

mmengine imports this module by itself when it meets a type such as
``'cra_plugin.GSGHead'``, and each registry imports its package on first use.
A package that does not import its components itself, since parts of it are
used without torch, is listed by its modules: a new one is found as well.
"""

from pathlib import Path

from mmengine.registry import (
    DATA_SAMPLERS,
    EVALUATOR,
    LOG_PROCESSORS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    RUNNERS,
    VISBACKENDS,
    VISUALIZERS,
    WEIGHT_INITIALIZERS,
    Registry,
)
from mmengine.registry import DATASETS as MMENGINE_DATASETS
from mmengine.registry import FUNCTIONS as MMENGINE_FUNCTIONS
from mmengine.registry import HOOKS as MMENGINE_HOOKS
from mmengine.registry import LOOPS as MMENGINE_LOOPS
from mmengine.registry import METRICS as MMENGINE_METRICS
from mmengine.registry import MODELS as MMENGINE_MODELS
from mmengine.registry import (
    OPTIM_WRAPPER_CONSTRUCTORS as MMENGINE_OPTIM_WRAPPER_CONSTRUCTORS,
)
from mmengine.registry import OPTIM_WRAPPERS as MMENGINE_OPTIM_WRAPPERS
from mmengine.registry import TASK_UTILS as MMENGINE_TASK_UTILS
from mmengine.registry import TRANSFORMS as MMENGINE_TRANSFORMS

from cra_plugin.compat.mmengine_names import name_package_for_inheritance
from cra_plugin.compat.versions import check_versions

# Nothing here changes how mmengine works; cra_plugin.compat.apply() does.
check_versions()
name_package_for_inheritance()


def _modules_of(package: str) -> list[str]:
    """Name the modules that lie in a package of ours, without importing."""
    folder = Path(__file__).parent / package
    return [f'cra_plugin.{package}.{path.stem}'
            for path in sorted(folder.glob('[!_]*.py'))]


MODELS = Registry(
    'model',
    scope='cra_plugin',
    parent=MMENGINE_MODELS,
    locations=['cra_plugin.models'])
DATASETS = Registry(
    'dataset',
    scope='cra_plugin',
    parent=MMENGINE_DATASETS,
    locations=_modules_of('datasets'))
FUNCTIONS = Registry(
    'function',
    scope='cra_plugin',
    parent=MMENGINE_FUNCTIONS,
    locations=['cra_plugin.datasets.stack_samples'])
TRANSFORMS = Registry(
    'transform',
    scope='cra_plugin',
    parent=MMENGINE_TRANSFORMS,
    locations=['cra_plugin.datasets.transforms'])
METRICS = Registry(
    'metric',
    scope='cra_plugin',
    parent=MMENGINE_METRICS,
    locations=_modules_of('evaluation'))
HOOKS = Registry(
    'hook',
    scope='cra_plugin',
    parent=MMENGINE_HOOKS,
    locations=['cra_plugin.engine.hooks'])
LOOPS = Registry(
    'loop',
    scope='cra_plugin',
    parent=MMENGINE_LOOPS,
    locations=['cra_plugin.engine.loops'])
OPTIM_WRAPPERS = Registry(
    'optim_wrapper',
    scope='cra_plugin',
    parent=MMENGINE_OPTIM_WRAPPERS,
    locations=['cra_plugin.engine.optim_wrappers'])
OPTIM_WRAPPER_CONSTRUCTORS = Registry(
    'optim_wrapper_constructor',
    scope='cra_plugin',
    parent=MMENGINE_OPTIM_WRAPPER_CONSTRUCTORS,
    locations=['cra_plugin.engine.optim_wrappers'])
TASK_UTILS = Registry(
    'task util',
    scope='cra_plugin',
    parent=MMENGINE_TASK_UTILS,
    locations=['cra_plugin.models'])
# Kinds of which there are none of ours. What inherits 'cra_plugin::CONFIG'
# looks them up in our scope, and mmengine warns of scopes without a kind.
for _root in (DATA_SAMPLERS, EVALUATOR, LOG_PROCESSORS, OPTIMIZERS,
              PARAM_SCHEDULERS, RUNNERS, VISBACKENDS, VISUALIZERS,
              WEIGHT_INITIALIZERS):
    Registry(_root.name, scope='cra_plugin', parent=_root,
             locations=[__name__])

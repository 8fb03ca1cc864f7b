"""All that is wrong with a config, told before anything of it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mmengine import registry as roots
from mmengine.config import Config
from mmengine.hooks import EMAHook

from cra_plugin.engine.config_check.arguments import (
    argument_faults,
    kind_faults,
)
from cra_plugin.engine.config_check.averaged_model import averaging_faults
from cra_plugin.engine.config_check.descriptions import (
    find_descriptions,
    untyped_faults,
)
from cra_plugin.engine.config_check.find_class import find_class
from cra_plugin.engine.config_check.loops import loop_faults
from cra_plugin.engine.config_check.model_changes import change_faults
from cra_plugin.engine.config_check.number_faults import (
    number_faults,
    share_faults,
)
from cra_plugin.engine.config_check.optimizer_wrapper import wrapper_faults
from cra_plugin.engine.config_check.results import metrics_of, result_faults
from cra_plugin.engine.config_check.sections import (
    kind_of_sections,
    section_faults,
    unknown_choice,
)
from cra_plugin.engine.config_check.trial import (
    NOT_OF_AN_INITIALIZER,
    trial_faults,
)
from cra_plugin.errors import InputError

# Fields that whoever builds an object reads, or gives to it.
_READ_BESIDE = {
    roots.HOOKS: ('priority', ),
    roots.OPTIM_WRAPPERS: ('paramwise_cfg', 'constructor'),
    roots.PARAM_SCHEDULERS: ('convert_to_iter_based', ),
    roots.WEIGHT_INITIALIZERS: NOT_OF_AN_INITIALIZER}


def check_config(config: Config,
                 before: Iterable[InputError] = ()) -> None:
    """Refuse what could not be built, or would be left aside in silence.

    Args:
        config (Config): A config.
        before (Iterable[InputError]): Faults that are known. Defaults to ().

    Raises:
        InputError: If a type is not registered, a field is not taken by its
            class, a value is of another kind or out of its range, or the
            decoder of a metric is none of the model's. The nearest name is
            given. All faults are in one message.
    """
    faults: dict[str, InputError] = {}
    for each in (*before, *config_faults(config)):
        faults.setdefault(each.where, each)
    # One fault may be seen from two sides: the nearer one is told.
    told = [fault for place, fault in faults.items() if not any(
        other.startswith(f'{place}.') for other in faults)]
    if len(told) == 1:
        raise told[0]
    if told:
        raise InputError(f'the config has {len(told)} faults: ' + '; '.join(
            f'({number}) {each}' for number, each in enumerate(told, 1)))


def config_faults(config: Config) -> Iterator[InputError]:
    """Find all that is wrong with a config.

    Args:
        config (Config): A config.

    Yields:
        InputError: For each fault.
    """
    broken = list(kind_of_sections(config))
    yield from broken
    if any(each.where == 'default_scope' for each in broken):
        return  # no name can be looked up
    whole = Config({key: value for key, value in config.items()
                    if key not in {each.where.partition('.')[0]
                                   for each in broken}})
    yield from number_faults(whole)
    yield from untyped_faults(whole)
    yield from _object_faults(whole)
    yield from loop_faults(whole)
    yield from section_faults(whole)
    yield from wrapper_faults(whole)
    yield from change_faults(whole)
    yield from _decoder_faults(whole)
    yield from result_faults(whole)


def _object_faults(config: Config) -> Iterator[InputError]:
    """Faults of all dicts with a type."""
    epochs = (config.get('train_cfg') or {}).get('max_epochs')
    for where, described, registry, scope in find_descriptions(config):
        if registry is roots.PARAM_SCHEDULERS and described.get(
                'end') == epochs:
            # It was filled in from there.
            described = {name: value for name, value in described.items()
                         if name != 'end'}
        try:
            found = find_class(f'{where}.type', described['type'], registry,
                               scope)
        except InputError as error:
            yield error
            continue
        faults = [*argument_faults(where, found, described,
                                   _READ_BESIDE.get(registry, ())),
                  *share_faults(where, described)]
        yield from faults
        if not faults:
            with registry.switch_scope_and_registry(scope):
                faults = list(trial_faults(where, found, described, registry))
            yield from faults
            if not faults and found is EMAHook:
                yield from averaging_faults(where, described, scope, epochs)


def _decoder_faults(config: Config) -> Iterator[InputError]:
    """Main decoders that the model does not have."""
    model = config.get('model') or {}
    decoders = model.get('span_decoders')
    if 'span_decoders' not in model or not isinstance(
            decoders, Mapping | None):
        return
    for split in ('val', 'test'):
        for metric in metrics_of(config, split):
            name = metric.get('decoder')
            where = f'{split}_evaluator.decoder'
            if name is not None and not decoders:
                yield InputError(
                    'model.span_decoders', f'none, while {where} is {name}',
                    'the decoder of the metric among them', 'leave them as '
                    f'they are, or set model.span_decoders.{name}.type')
            elif name is not None:
                faults = list(kind_faults(where, str, name))
                yield from faults or unknown_choice(where, name,
                                                    list(decoders or ()))

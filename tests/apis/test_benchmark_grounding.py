"""What grounding costs, through the tool."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cra_plugin.apis import benchmark_grounding

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
TOOL = 'analysis_tools/benchmark.py'
SMALL = ('--batch-size', '3', '--num-frames', '4', '--num-choices', '2')


def test_each_config_beside_the_first(run_here, causal_options,
                                      as_arguments, monkeypatch):
    costs = iter([9, 90, 1, 2, 3, 1, 2, 7])  # seconds of four turns of two
    times = [0]
    for cost in costs:
        times += [times[-1], times[-1] + cost]
    readings = iter(times[1:])
    monkeypatch.setattr(benchmark_grounding, 'time', SimpleNamespace(
        process_time=lambda: next(readings)))
    configs = [CONFIGS / f'{name}_nextgqa.py'
               for name in ('cra_candidate', 'evidence')]
    options = {key: value for key, value in causal_options.items()
               if 'causal_intervention' not in key}
    status, printed, errors = run_here(
        TOOL, 'grounding', *configs, *SMALL, '--rounds', '3',
        *as_arguments(options))
    assert status == 0, errors
    assert printed.splitlines() == [f'{configs[0]}: 2000 ms, 1.00x',
                                    f'{configs[1]}: 2000 ms, 1.00x']


def test_all_parts_of_a_step_get_gradients(causal_options, monkeypatch):
    build, models = benchmark_grounding._build, []
    monkeypatch.setattr(benchmark_grounding, '_build', lambda *arguments: (
        models.append(build(*arguments)) or models[-1]))
    benchmark_grounding.benchmark_grounding(
        [str(CONFIGS / 'cra_nextgqa.py')], 3, 4, 2, 1, causal_options)
    parts = {name.partition('.')[0] for name, each in
             models[0].named_parameters() if each.grad is not None}
    assert parts == {'grounding_head', 'causal_intervention', 'pooling'}


@pytest.mark.parametrize('name', ['--rounds', '--batch-size'])
def test_nothing_to_time(run_here, name):
    status, _, errors = run_here(TOOL, 'grounding',
                                 CONFIGS / 'cra_nextgqa.py', name, '0')
    assert status == 2 and f'{name}: found 0' in errors

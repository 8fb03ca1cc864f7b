"""Plans as files have them."""

import pytest

from cra_plugin.ablation.plan import TestSet, Variant
from cra_plugin.ablation.plan_fields import read_plan
from cra_plugin.errors import InputError


def test_all_fields():
    plan = read_plan({
        'config': 'a.py', 'options': {'x': 1}, 'seeds': [4],
        'variants': {'ph': {'config': 'ph.py', 'y': None}, 'plain': None},
        'grid': {'lr': {'low': {'o.lr': 1}, 'high': {'o.lr': 9}},
                 'gate': {'dot': {'gate': 'dot'}}},
        'tests': {'iid': {}, 'val': {'split': 'val', 'z': 1}},
        'base': 'ph', 'checkpoint': 'last'}, 'plan.yaml')
    assert plan.variants == (
        Variant('ph', {'y': None}, 'ph.py'), Variant('plain'),
        Variant('lr=low,gate=dot', {'o.lr': 1, 'gate': 'dot'}),
        Variant('lr=high,gate=dot', {'o.lr': 9, 'gate': 'dot'}))
    assert plan.tests == (TestSet('iid'), TestSet('val', {'z': 1}, 'val'))
    assert (plan.config, plan.options, plan.seeds, plan.base,
            plan.checkpoint) == ('a.py', {'x': 1}, (4, ), 'ph', 'last')


def test_the_config_as_it_is_comes_first_unless_there_is_another_base():
    plan = read_plan({'config': 'a.py', 'variants': {'b': {}}}, 'p')
    assert [each.name for each in plan.variants] == ['base', 'b']
    own = read_plan({'config': 'a.py', 'variants': {'base': {'x': 1}}}, 'p')
    assert own.variants == (Variant('base', {'x': 1}), )


@pytest.mark.parametrize(('fields', 'words'), [
    ({}, 'p.yaml, config: found None'),
    ({'config': 'a.py', 'varaints': {}}, 'did you mean variants?'),
    ({'config': 'a.py', 'seeds': 3}, 'p.yaml, seeds: found 3'),
    ({'config': 'a.py', 'variants': ['x']}, "p.yaml, variants: found ['x']"),
    ({'config': 'a.py', 'variants': {'x': 'dot'}}, 'variants, x: found'),
    ({'config': 'a.py', 'grid': {'lr': [1, 2]}}, 'grid, lr: found [1, 2]'),
    ({'config': 'a.py', 'grid': {'lr': {'a': 1}}}, 'grid.lr, a: found 1')])
def test_fields_of_another_kind(fields, words):
    with pytest.raises(InputError) as caught:
        read_plan(fields, 'p.yaml')
    assert words in str(caught.value)

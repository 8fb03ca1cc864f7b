"""Variants, seeds and test sets, and the runs that follow."""

import pytest

from cra_plugin.ablation.plan import Plan, Run, TestSet, Variant
from cra_plugin.errors import InputError


def plan(**fields):
    return Plan(**{'config': 'a.py', 'variants': (Variant('base'), ),
                   **fields})


def test_all_variants_of_a_seed_come_before_the_next_seed():
    runs = plan(variants=(Variant('base'), Variant('b', {}, 'b.py')),
                seeds=(3, 1)).runs()
    assert [run.folder for run in runs] == [
        'base_seed3', 'b_seed3', 'base_seed1', 'b_seed1']
    assert [run.config for run in runs] == ['a.py', 'b.py'] * 2


def test_a_variant_comes_on_top_of_what_is_shared():
    (run, ) = plan(
        options={'model.d': 1, 'model.cma.t': 2, 'model.cma_x': 3, 'y': 4},
        variants=(Variant('base', {'model.d': 5, 'model.cma': None}), ),
        seeds=(1, )).runs()
    # What is below a section that is switched off goes with it.
    assert run.options == {'model.d': 5, 'model.cma_x': 3, 'y': 4,
                           'model.cma': None}


def test_a_run_is_read_back():
    run = Run('b', 2, 'a.py', {'x': [1]}, (TestSet('iid', {'y': 1}, 'val',
                                                   'abc'), ), 'last')
    assert Run.from_json(run.to_json()) == run


@pytest.mark.parametrize(('fields', 'words'), [
    ({'variants': ()}, 'variants: found none'),
    ({'variants': (Variant('base'), Variant('Base'))}, 'the name Base twice'),
    ({'variants': (Variant('../x'), )}, "the name '../x'"),
    ({'variants': (Variant(''), )}, "the name ''"),
    ({'base': 'release'}, 'one of the variants base'),
    ({'seeds': ()}, 'seeds: found []'),
    ({'seeds': (1, 1)}, 'seeds: found [1, 1]'),
    ({'seeds': (-1, )}, 'seeds: found [-1]'),
    ({'seeds': (True, )}, 'seeds: found [True]'),
    ({'seeds': ('1', )}, "seeds: found ['1']"),
    ({'checkpoint': 'first'}, 'one of best, last'),
    ({'tests': ()}, 'tests: found none'),
    ({'tests': (TestSet('a', split='train'), )}, 'tests.a.split')])
def test_what_is_no_plan(fields, words):
    with pytest.raises(InputError) as caught:
        plan(**fields)
    assert words in str(caught.value)

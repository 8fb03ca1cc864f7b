"""Tests of answers, and of several models, by hand."""

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.comparison.answer_test import mcnemar
from cra_plugin.evaluation.comparison.bootstrap_settings import (
    BootstrapSettings,
)
from cra_plugin.evaluation.comparison.holm import correct_holm


@pytest.mark.parametrize('only_first, only_second, p', [
    (0, 0, 1), (0, 5, 2 / 32), (1, 5, 2 * 7 / 64), (4, 4, 1)])
def test_mcnemar(only_first, only_second, p):
    first = np.array([True] * only_first + [False] * only_second
                     + [True] * 3 + [False] * 2)
    second = np.array([False] * only_first + [True] * only_second
                      + [True] * 3 + [False] * 2)
    assert mcnemar(first, second) == {
        'only_first': only_first, 'only_second': only_second,
        'p': pytest.approx(p)}


@pytest.mark.parametrize('given, corrected', [
    ([.03], [.03]), ([.01, .04, .03], [.03, .06, .06]),
    ([.5, .01, .6], [1, .03, 1]), ([.04, .02, .02], [.06, .06, .06]),
    ([], [])])
def test_holm(given, corrected):
    assert correct_holm(given) == pytest.approx(corrected)


@pytest.mark.parametrize('field, value', [
    ('resamples', 99), ('resamples', 10**7), ('level', 100), ('level', 1),
    ('interval', 'normal'), ('unit', 'type'), ('seed', -1)])
def test_settings_that_make_no_interval(field, value):
    with pytest.raises(InputError, match=f'{field}: found'):
        BootstrapSettings(**{field: value})

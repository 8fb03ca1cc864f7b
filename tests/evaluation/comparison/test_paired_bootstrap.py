"""Intervals of paired differences, against scipy and known differences."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import bootstrap

from cra_plugin.evaluation.comparison import paired_bootstrap
from cra_plugin.evaluation.comparison.bootstrap_settings import (
    INTERVALS,
    BootstrapSettings,
)
from cra_plugin.evaluation.comparison.difference_interval import (
    difference_interval,
)
from cra_plugin.evaluation.comparison.paired_bootstrap import resample_means

SIMULATIONS, QUESTIONS = 1000, 400


def differences(values, settings, types=None, videos=None):
    """Intervals of the means of differences (N, K), over all and by type."""
    places = np.arange(len(values))
    means = resample_means(
        values, np.zeros(len(values)) if types is None else types,
        places if videos is None else videos, settings,
        [False] * values.shape[1])
    return difference_interval(means.point, means.drawn, means.influence,
                               means.num_units, settings)


def answers(rng, size):
    """Right or wrong, twice; of 100 questions, 5 more by the second."""
    easy = rng.random(size)
    return ((easy + .3 * rng.random(size) < .75).astype(float),
            (easy + .3 * rng.random(size) < .80).astype(float), .05)


def overlaps(rng, size):
    """IoU, skewed, of which many are 0."""
    shared = rng.beta(.5, 1.5, size)
    first = shared * (rng.random(size) < .6)
    second = np.clip(shared + .1, 0, None) * (rng.random(size) < .7)
    return first, second, .35 * .7 - .25 * .6


@pytest.mark.parametrize('interval', INTERVALS)
@pytest.mark.parametrize('draw', [answers, overlaps])
def test_intervals_of_95_percent_cover_the_true_difference(draw, interval):
    """Each of 1,000 simulated comparisons is a column: one bootstrap."""
    first, second, truth = draw(np.random.default_rng(0),
                                (QUESTIONS, SIMULATIONS))
    found = differences(second - first, BootstrapSettings(
        1000, interval=interval))
    covered = (found.low[0] <= truth) & (truth <= found.high[0])
    assert .93 <= covered.mean() <= .97
    # And they are told from none where they leave it out, at the same level.
    assert np.mean((found.p[0] < .05) == (
        (found.low[0] > 0) | (found.high[0] < 0))) > .97


def test_of_no_difference_1_in_20_is_called_one():
    rng = np.random.default_rng(1)
    found = differences(rng.normal(size=(QUESTIONS, SIMULATIONS)),
                        BootstrapSettings(1000))
    assert .03 <= (found.p[0] < .05).mean() <= .07


@pytest.mark.parametrize('unit, least, most', [
    ('video', .92, .97), ('question', .5, .8)])
def test_questions_of_a_video_are_not_independent(unit, least, most):
    """Drawn one by one, their intervals are too short."""
    rng = np.random.default_rng(2)
    videos = np.repeat(np.arange(80), 5)
    values = rng.normal(size=(80, SIMULATIONS))[videos] + .5 * rng.normal(
        size=(400, SIMULATIONS))
    found = differences(values, BootstrapSettings(500, unit=unit),
                        videos=videos)
    covered = (found.low[0] <= 0) & (found.high[0] >= 0)
    assert least <= covered.mean() <= most


@pytest.mark.parametrize('interval', INTERVALS)
def test_scipy_says_the_same(interval):
    rng = np.random.default_rng(3)
    values = rng.gamma(.3, size=(60, 1))
    found = differences(values, BootstrapSettings(20_000, interval=interval))
    theirs = bootstrap((values[:, 0], ), np.mean, n_resamples=20_000,
                       method='BCa' if interval == 'bca' else interval,
                       rng=4).confidence_interval
    width = theirs.high - theirs.low
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx(
        tuple(theirs), abs=.03 * width)
    assert found.difference[0, 0] == pytest.approx(values.mean())


@pytest.mark.parametrize('interval', INTERVALS)
@pytest.mark.parametrize('unit', ['question', 'video'])
def test_types_are_means_of_their_questions(monkeypatch, unit, interval):
    """The same, however many counts are drawn at a time."""
    rng = np.random.default_rng(5)
    values, types = rng.random((50, 3)), rng.choice(['a', 'b', 'c'], 50)
    videos = rng.integers(0, 20, 50)
    settings = BootstrapSettings(200, unit=unit, interval=interval)
    resample = partial(resample_means, values, types, videos, settings)
    means = resample([False, False, True])
    by_type = [values[types == each].mean(0) for each in 'abc']
    np.testing.assert_allclose(means.point[1:], by_type)
    np.testing.assert_allclose(means.point[0], [
        *values.mean(0)[:2], np.mean(by_type, 0)[2]])
    monkeypatch.setattr(paired_bootstrap, 'BLOCK', 130)
    np.testing.assert_allclose(resample([False, False, True]).drawn,
                               means.drawn)


def test_a_type_that_few_resamples_have():
    """One question of it: the interval is of those that drew it."""
    values = np.r_[np.zeros(30), 1.][:, None]
    found = differences(values, BootstrapSettings(300),
                        types=np.array(['a'] * 30 + ['b']))
    assert (found.low[2, 0], found.high[2, 0]) == (1, 1)
    assert np.isfinite(found.p).all()


@pytest.mark.parametrize('size, p', [(1, 1), (2, .5), (5, 1 / 16)])
def test_few_questions_prove_little(size, p):
    """All differ in one direction, as they do by chance once in 2 ** n."""
    found = differences(np.ones((size, 1)), BootstrapSettings(1000))
    assert found.p[:, 0].tolist() == [p, p]


def test_bca_leaves_out_resamples_without_the_type():
    """As if they had not been drawn."""
    rng = np.random.default_rng(6)
    values = rng.gamma(.5, size=(30, 1))
    settings = BootstrapSettings(2000, interval='bca')
    means = resample_means(values, np.zeros(30), np.arange(30), settings,
                           [False])
    drawn = means.drawn.copy()
    drawn[::3] = np.nan
    some, left = (difference_interval(
        means.point, each, means.influence, means.num_units, settings)
        for each in (drawn, np.delete(drawn, np.s_[::3], 0)))
    np.testing.assert_allclose(some.low, left.low)
    np.testing.assert_allclose(some.high, left.high)

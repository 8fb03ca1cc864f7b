import numpy as np

from cra_plugin.spans.fractional_spans import seconds_from_fractions


def test_fractions_become_tenths_of_seconds():
    spans = np.array([[0., 1 / 3], [.5, 1.], [np.nan, np.nan]])
    seconds = seconds_from_fractions(spans, np.array([20., 7.5, 10.]))
    np.testing.assert_array_equal(
        seconds, [[0., 6.7], [3.8, 7.5], [np.nan, np.nan]])


def test_one_span_for_many_durations():
    seconds = seconds_from_fractions(
        np.array([.1, .2]), np.array([10., 20.]))
    np.testing.assert_allclose(seconds, [[1., 2.], [2., 4.]])

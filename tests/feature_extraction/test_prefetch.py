import threading

import pytest

from cra_plugin.feature_extraction.prefetch import prefetch


def test_results_come_in_order_from_several_threads():
    met = threading.Barrier(2, timeout=30)

    def square(number):
        met.wait()  # passes only where two run at once
        return number**2

    assert list(prefetch(square, range(6), 2, 3)) == [0, 1, 4, 9, 16, 25]


def test_no_more_than_allowed_is_begun():
    begun = []
    results = prefetch(begun.append, iter(range(100)), 2, 5)
    next(results)
    results.close()
    assert set(begun) <= set(range(6))


def test_errors_are_raised_where_results_are_taken():
    def fail(number):
        if number == 2:
            raise ZeroDivisionError(number)
        return number

    results = prefetch(fail, range(5), 2, 4)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_nothing_to_do():
    assert list(prefetch(abs, [], 2, 4)) == []

import pytest

from cra_plugin.utils.key_warning import name_keys, warn_of_keys


@pytest.mark.parametrize(('keys', 'text'), [
    ([], ''), (['a'], ' (a)'), (list('abc'), ' (a, b, c)'),
    (list('abcd'), ' (a, b, c, and 1 more)')])
def test_a_few_keys_are_named(keys, text):
    assert name_keys(keys) == text


def test_the_warning_counts_and_names(caplog):
    warn_of_keys(list('abcd'), 'without a span')
    warn_of_keys(['v'], 'without a file', 'video')
    assert caplog.messages == [
        'warning: 4 questions without a span (a, b, c, and 1 more)',
        'warning: 1 video without a file (v)']


def test_nothing_is_nothing_to_warn_of(caplog):
    warn_of_keys([], 'without a span')
    assert not caplog.messages


def test_odd_keys_leave_one_short_line():
    named = name_keys(['v1_0', 'a\n\x1b[31m', 'k' * 10**6])
    assert named.startswith(" (v1_0, 'a\\n\\x1b[31m', 'kkk")
    assert len(named) < 200

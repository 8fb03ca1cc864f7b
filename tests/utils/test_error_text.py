import pytest

from cra_plugin.utils.error_text import first_line, named_line, one_line


@pytest.mark.parametrize(('shorten', 'error', 'text'), [
    (one_line, OSError(' a\n\tb '), 'a b'),
    (one_line, 'x' * 400, 'x' * 300),
    (named_line, KeyError('k'), "KeyError: 'k'"),
    (first_line, OSError('\na  b\nadvice'), 'a b'),
    (first_line, OSError(), 'OSError')])
def test_an_error_in_a_line(shorten, error, text):
    assert shorten(error) == text

import pytest

from cra_plugin.utils.first_few import first_few


@pytest.mark.parametrize(('items', 'text'), [
    ('', ''), ('ab', 'a; b'), ('abc', 'a; b; and 1 more')])
def test_first_few(items, text):
    assert first_few(list(items), 2, '; ') == text

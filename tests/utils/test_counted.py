"""One thing is not several."""

from cra_plugin.utils.counted import counted


def test_one_and_several():
    assert [counted(number, 'question') for number in (0, 1, 2)] == [
        '0 questions', '1 question', '2 questions']

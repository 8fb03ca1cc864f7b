import pytest

from cra_plugin.visualization.text_layout import font, text_width, wrap_text


def test_width_grows_with_text_and_size():
    assert text_width('', font(12)) == 0
    assert text_width('mm', font(12)) > text_width('m', font(12)) > 0
    assert text_width('m', font(24)) == pytest.approx(
        2 * text_width('m', font(12)), rel=0.05)
    assert text_width('$x$', font(12)) > text_width('x', font(12))


def test_wrapped_lines_fit_and_keep_every_word():
    text = 'why did the boy   pick up one present\nand move to the sofa'
    lines = wrap_text(text, font(12), 1.5)
    assert len(lines) > 2
    assert ' '.join(lines) == ' '.join(text.split())
    assert all(text_width(line, font(12)) <= 1.5 for line in lines)


def test_words_wider_than_a_line_are_broken():
    lines = wrap_text('so ' + 'abc' * 40, font(12), 1.0)
    assert lines[0] == 'so'
    assert ''.join(lines[1:]) == 'abc' * 40
    assert all(text_width(line, font(12)) <= 1.0 for line in lines)


def test_a_letter_wider_than_a_line_stands_alone():
    assert wrap_text('mm', font(12), 0.01) == ['m', 'm']


@pytest.mark.parametrize('text', ['', '  \n '])
def test_nothing_gives_one_empty_line(text):
    assert wrap_text(text, font(12), 1.0) == ['']

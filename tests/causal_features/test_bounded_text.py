import re

import pytest

from cra_plugin.causal_features.bounded_text import BREAK, break_text


@pytest.mark.parametrize('text', [
    'why did the boy clap after the girl walked to him? ' * 9, 'a,' * 99,
    'a' * 999, 'ab ' + 'a,' * 50 + ' b c d', '視' * 99])
def test_no_sentence_is_longer_and_no_letter_lost(text):
    broken = break_text(text, 7)
    assert ''.join(broken.split()) == ''.join(text.split())
    for sentence in broken.split(BREAK):
        assert sentence.strip()
        assert len(re.findall(r'\w{1,12}|[^\w\s]', sentence)) <= 7


def test_breaks_are_between_words():
    text = ' '.join(['one', 'two', 'three'] * 5)
    assert break_text(text, 7).replace(BREAK, ' ') == text


def test_short_texts_are_left_alone():
    text = 'why did he clap?'
    assert break_text(text, 5) is text
    assert break_text(text, 4) == f'why did he{BREAK}clap?'

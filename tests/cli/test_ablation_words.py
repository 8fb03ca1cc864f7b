"""``NAME=KEY=VALUE`` words."""

import pytest

from cra_plugin.cli.ablation_words import read_axes, read_named_options
from cra_plugin.errors import InputError


def test_words_of_one_name_belong_together():
    assert read_named_options('--vary', [
        'a=model.gate=dot', 'b', 'a=model.x=y=z']) == {
            'a': {'model.gate': 'dot', 'model.x': 'y=z'}, 'b': {}}


def test_each_word_of_an_axis_is_a_level():
    assert read_axes(['w=spans.widths=[1, 3]', 'w=spans.widths=[5]']) == {
        'w': {'1_3': {'spans.widths': '[1, 3]'},
              '5': {'spans.widths': '[5]'}}}


@pytest.mark.parametrize('word', ['a=', 'a=model', 'a=4=5', 'a= =5'])
def test_words_that_are_none(word):
    with pytest.raises(InputError, match='no NAME=KEY=VALUE'):
        read_named_options('--vary', [word])
    with pytest.raises(InputError, match='--grid'):
        read_axes([word])

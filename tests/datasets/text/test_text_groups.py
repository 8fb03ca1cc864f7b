import pytest

from cra_plugin.datasets.text.text_groups import (
    ParaphraseGroups,
    answer_groups,
    type_group,
)


@pytest.mark.parametrize(('question_type', 'group'), [
    ('CW', 'causal'), ('CH', 'causal'), ('TN', 'temporal'),
    ('TP', 'temporal'), ('DL', 'descriptive'), ('DO', 'descriptive'),
    ('XY', 'XY'), ('Interaction', 'Interaction'), ('', '')])
def test_type_group(question_type, group):
    assert type_group(question_type) == group


@pytest.mark.parametrize(('question', 'groups'), [
    ('what does he do', ['what does', 'what']),
    ('What color is it?', ['what color', 'what']),
    ('how many dogs', ['how many', 'how']), ('Why?', ['why']), ('', [])])
def test_answer_groups(question, groups):
    assert answer_groups(question) == groups


def test_paraphrase_groups_are_transitive():
    groups = ParaphraseGroups()
    groups.join('a', ['b', 'c'])
    groups.join('d', ['e'])
    assert groups.find('b') == groups.find('c') == groups.find('a')
    assert groups.find('a') != groups.find('d') != groups.find('z') == 'z'
    groups.join('f', ['e', 'c'])
    assert len({groups.find(text) for text in 'abcdef'}) == 1

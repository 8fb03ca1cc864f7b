"""Questions that a person writes down."""

import pytest

from cra_plugin.annotations.asked_questions import read_asked_questions
from cra_plugin.errors import InputError


@pytest.mark.parametrize('name, text', [
    ('q.txt', 'who sings ?\n\n  why ? \n'),
    ('q.jsonl', '{"question": "who sings ?"}\n{"question": "why ?"}'),
    ('q.csv', 'question,a0,a1\nwho sings ?,,\nwhy ?,,\n')])
def test_without_choices(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_asked_questions(tmp_path / name) == [
        ('who sings ?', None), ('why ?', None)]


@pytest.mark.parametrize('name, text', [
    ('q.json', '[{"question": "why ?", "choices": ["x", "y"]}]'),
    ('q.csv', 'question,a0,a1\nwhy ?,x,y\n')])
def test_with_choices(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_asked_questions(tmp_path / name) == [('why ?', ('x', 'y'))]


@pytest.mark.parametrize('name, text', [
    ('q.txt', ' \n'), ('q.jsonl', '{"choices": ["a", "b"]}'),
    ('q.jsonl', '{"question": "why ?", "choices": ["a"]}'), ('q.md', 'a')])
def test_what_is_none(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=name):
        read_asked_questions(tmp_path / name)

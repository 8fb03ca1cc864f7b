import pytest
from mmengine.config import Config

from cra_plugin.engine.config_difference import (
    config_differences,
    in_words,
    parse_config,
    stored_config,
)

BEFORE = Config({
    'model': {'type': 'A', 'width': 32, 'head': {'type': 'H', 'rate': .1},
              'sizes': (1, 2), 'stages': [{'depth': 1}, {'depth': 2}],
              'keys': {'a.b': {'mult': 10.}}, 'least': float('-inf')},
    'lr': 1, 'seed': None})


def test_nothing_differs_from_its_own_text():
    assert config_differences(BEFORE.pretty_text, BEFORE,
                              ('model', 'lr', 'seed', 'absent')) == {}


@pytest.mark.parametrize(('name', 'value', 'field', 'words'), [
    ('model.width', 64, 'model.width', '32 in the checkpoint, 64 here'),
    ('model.head', None, 'model.head', 'H in the checkpoint, None here'),
    ('model.keys', {'a.b': {'mult': 1.}}, 'model.keys.a.b.mult',
     '10.0 in the checkpoint, 1.0 here'),
    ('model.stages.1.depth', 3, 'model.stages.1.depth',
     '2 in the checkpoint, 3 here'),
    ('model.new', 'x', 'model.new', "not set in the checkpoint, 'x' here"),
    ('model.least', 0, 'model.least', '-inf in the checkpoint, 0 here'),
    ('lr', 2, 'lr', '1 in the checkpoint, 2 here')])
def test_names_the_outermost_field(name, value, field, words):
    here = Config(BEFORE.to_dict())
    here.merge_from_dict({name: value})
    assert config_differences(
        BEFORE.pretty_text, here, ('model', 'lr')) == {field: words}


def test_lists_a_few():
    words = in_words(dict.fromkeys('abcdefg', 'x'))
    assert words == 'a: x; b: x; c: x; d: x; e: x; and 2 more'


@pytest.mark.parametrize('text', [
    None, 3, b'a = 1', 'a =', '\0', '(' * 9999, 'a = ' + '-' * 99999 + '1',
    'a = ' + '9' * 9999, 'a = 1\n' * 10**6])
def test_no_text_of_a_config(text):
    assert parse_config(text) == {}
    assert config_differences(text, BEFORE, ('model', )) == {}


def test_runs_nothing(tmp_path):
    text = f'a = open({str(tmp_path / "victim")!r}, "w")\nb = f(1)\nc = x[1:]'
    assert set(parse_config(text)) == {'a', 'b', 'c'}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(('content', 'text'), [
    ([], None), ({}, None), ({'meta': 'x'}, None),
    ({'meta': {'cfg': 'a = 1'}}, 'a = 1')])
def test_stored(content, text):
    assert stored_config(content) == text

"""``--cfg-options``: typed as the config has it, and never in vain."""

import argparse

import pytest
from mmengine.config import Config

from cra_plugin.cli.run_arguments import add_config_options
from cra_plugin.engine.config_options import merge_options
from cra_plugin.errors import InputError

TEXT = """
data_root = 'data/nextgqa'
name = None
model = dict(type='A', text_encoder=dict(name='roberta'), width=4, loss=None)
loader = dict(steps=[dict(scale=1), dict(scale=2)], names=['a', 'b'], sizes=[])
rate = 0.1
"""


def merged(*words):
    parser = argparse.ArgumentParser()
    add_config_options(parser)
    config = Config.fromstring(TEXT, '.py')
    merge_options(config,
                  parser.parse_args(['--cfg-options', *words]).cfg_options)
    return config


@pytest.mark.parametrize(('word', 'value'), [
    ('data_root=2024', '2024'), ('data_root=a,b/world', 'a,b/world'),
    ('data_root=sp ace/x', 'sp ace/x'), ('data_root="quoted"', 'quoted'),
    ('data_root=a=b', 'a=b'), ('data_root=None', None),
    ('data_root=True', 'True'), ('rate=3', 3), ('rate=1e-3', 1e-3),
    ('rate=None', None), ('rate=true', True), ('rate=[1,2.5]', [1, 2.5]),
    ('rate=(1,[2,x])', (1, [2, 'x'])), ('rate=1,2', [1, 2]),
    ('rate=some text', 'some text')])
def test_values(word, value):
    config = merged(word)
    found = config[word.split('=')[0]]
    assert found == value and type(found) is type(value)


def test_texts_where_the_config_has_nothing_yet():
    config = merged('model.text_encoder.name=123', 'model.dictionary=7',
                    'model.depth=7', 'loader.names=[1,2]')
    assert config.model.text_encoder.name == '123'
    assert (config.model.dictionary, config.model.depth) == ('7', 7)
    assert config.loader.names == ['1', '2']


def test_places_of_lists():
    assert merged('loader.steps.1.scale=5').loader.steps[1].scale == 5


@pytest.mark.parametrize(('words', 'message'), [
    (['modle.width=1'], r'modle: .* did you mean model\?'),
    (['dataroot=x', 'rat=1'], r'dataroot, rat: .* did you mean data_root, '),
    (['xyzzy=1'], 'xyzzy: .* leave it out'),
    (['loader.steps.2.scale=5'], 'a number from 0 to 1'),
    (['loader.steps.one.scale=5'], "'one' below loader.steps"),
    (['model.width.deep=5'], 'a field of model.width'),
    (['model=None', 'model.width=5'], 'a field of model, which is None'),
    (['rate=[1,2'], 'brackets that are closed|no KEY'),
    (['model.width', '8'], r'write model\.width=8'),
    (['data_root=sp', 'ace/x'], r'write "data_root=sp ace/x", in quotes'),
    (['=3'], 'no KEY=VALUE')])
def test_what_cannot_be_is_told(words, message):
    with pytest.raises(InputError, match=message):
        merged(*words)

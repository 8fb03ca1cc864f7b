"""Encoding into a file: resumed, restarted, refused."""

import json
import logging

import numpy as np
import pytest

from cra_plugin.causal_features.node_features import (
    encode_nodes,
    remove_node_features,
)
from cra_plugin.errors import InputError
from cra_plugin.utils.files import one_writer

TEXTS = [f'text {index}' for index in range(23)]


class Encoder:
    """Counts the batches, and fails at one of them."""

    def __init__(self, name='encoder', width=3, fails_at=None):
        self.name, self.width, self.fails_at = name, width, fails_at
        self.batches = []

    def encode(self, texts):
        if len(self.batches) == self.fails_at:
            raise KeyboardInterrupt
        self.batches.append(list(texts))
        numbers = np.array([int(text.split()[-1]) for text in texts])
        return (numbers[:, None] / 7 + np.arange(self.width)).astype('f4')

    @property
    def texts(self):
        return [text for batch in self.batches for text in batch]


def run(file, encoder=None, texts=TEXTS, batch_size=5):
    encoder = encoder or Encoder()
    features = encode_nodes(texts, encoder, file, batch_size, progress=False)
    return features, encoder


def contents(file):
    return file.read_bytes(), file.with_name(f'{file.name}.json').read_bytes()


@pytest.fixture
def warnings(caplog):
    caplog.set_level(logging.WARNING, 'cra_plugin')
    return lambda: caplog.messages


def test_every_text_once_and_in_order(tmp_path, warnings):
    features, encoder = run(tmp_path / 'new' / 'nodes.npy')
    assert [len(batch) for batch in encoder.batches] == [5, 5, 5, 5, 3]
    assert encoder.texts == TEXTS
    assert features.dtype == np.float32 and features.shape == (23, 3)
    np.testing.assert_allclose(features, Encoder().encode(TEXTS), rtol=1e-6)
    with pytest.raises(ValueError):
        features[0] = 0
    np.testing.assert_array_equal(
        np.load(tmp_path / 'new' / 'nodes.npy'), features)
    assert not warnings()
    assert sorted(path.name for path in (tmp_path / 'new').iterdir()) == [
        'nodes.npy', 'nodes.npy.json', 'nodes.npy.lock']


def test_a_finished_run_encodes_nothing(tmp_path, warnings):
    file = tmp_path / 'nodes.npy'
    first, _ = run(file)
    before = contents(file)
    again, encoder = run(file)
    assert not encoder.batches and contents(file) == before
    np.testing.assert_array_equal(first, again)
    assert not warnings()


@pytest.mark.parametrize('fails_at', range(5))
def test_a_killed_run_goes_on(tmp_path, warnings, fails_at):
    whole, killed = tmp_path / 'whole.npy', tmp_path / 'killed.npy'
    run(whole)
    with pytest.raises(KeyboardInterrupt):
        run(killed, Encoder(fails_at=fails_at))
    state = json.loads(contents(killed)[1])
    assert state['finished'] == fails_at
    _, encoder = run(killed)
    assert encoder.texts == TEXTS[5 * fails_at:]
    assert contents(killed) == contents(whole)
    assert not warnings()


@pytest.mark.parametrize('changes, changed', [
    (dict(texts=[*TEXTS[:-1], 'text 99']), 'texts'),
    (dict(texts=TEXTS[::-1]), 'texts'), (dict(texts=TEXTS[:-1]), 'texts'),
    (dict(encoder=Encoder('another')), 'encoder'),
    (dict(encoder=Encoder(width=4)), 'width'),
    (dict(batch_size=6), 'batch_size')])
def test_a_change_starts_anew(tmp_path, warnings, changes, changed):
    file, fresh = tmp_path / 'nodes.npy', tmp_path / 'fresh.npy'
    with pytest.raises(KeyboardInterrupt):
        run(file, Encoder(fails_at=3))
    features, encoder = run(file, **changes)
    texts = changes.get('texts', TEXTS)
    assert encoder.texts == texts
    np.testing.assert_allclose(features, encoder.encode(texts), rtol=1e-6)
    warning, = warnings()
    assert changed in warning and str(file) in warning
    run(fresh, **changes)
    assert contents(fresh) == contents(file)


def truncate(file, state):
    file.write_bytes(file.read_bytes()[:-4])


def another_array(file, state):
    np.save(file, np.zeros((23, 3)))


def no_array(file, state):
    file.unlink()


def no_state(file, state):
    state.unlink()


def broken_state(file, state):
    state.write_text('{"texts"')


def odd_state(file, state):
    content = json.loads(state.read_text())
    state.write_text(json.dumps(content | dict(finished='all')))


@pytest.mark.parametrize('damage', [truncate, another_array, no_array,
                                    no_state, broken_state, odd_state])
def test_damage_starts_anew(tmp_path, warnings, damage):
    file = tmp_path / 'nodes.npy'
    run(file)
    before = contents(file)
    damage(file, file.with_name('nodes.npy.json'))
    _, encoder = run(file)
    assert encoder.texts == TEXTS
    assert contents(file) == before
    warning, = warnings()
    assert 'encoded anew' in warning and str(file) in warning


def test_no_texts(tmp_path):
    features, encoder = run(tmp_path / 'nodes.npy', texts=[])
    assert features.shape == (0, 3) and not encoder.batches


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
def test_features_that_are_not_finite(tmp_path, value):
    file = tmp_path / 'nodes.npy'

    class Broken(Encoder):

        def encode(self, texts):
            features = super().encode(texts)
            if 'text 7' in texts:
                features[texts.index('text 7'), 1] = value
            return features

    with pytest.raises(InputError, match="encoder, text 'text 7'"):
        run(file, Broken())
    # What was finished before is kept.
    _, encoder = run(file)
    assert encoder.texts == TEXTS[5:]


def test_features_of_a_wrong_shape(tmp_path):
    encoder = Encoder()
    encoder.encode = lambda texts: np.zeros((1, 3), np.float32)
    with pytest.raises(InputError, match=r'\(1, 3\)'):
        run(tmp_path / 'nodes.npy', encoder)


def test_the_progress_goes_to_stderr(tmp_path, capsys):
    encode_nodes(TEXTS, Encoder(), tmp_path / 'nodes.npy', 5)
    assert capsys.readouterr().out == ''


def test_removing(tmp_path):
    file = tmp_path / 'nodes.npy'
    run(file)
    (tmp_path / 'other').touch()
    for _ in range(2):
        remove_node_features(file)
        assert [path.name for path in tmp_path.iterdir()] == ['other']


@pytest.mark.parametrize('batch_size', [0, -3])
def test_a_batch_has_at_least_one_text(tmp_path, batch_size):
    with pytest.raises(InputError, match='--batch-size'):
        encode_nodes(['a'], None, tmp_path / 'nodes.npy', batch_size)
    assert not list(tmp_path.iterdir())


def test_one_writer_at_a_time(tmp_path):
    with one_writer(tmp_path / 'nodes.npy'), pytest.raises(
            InputError, match='another run'):
        encode_nodes(['a'], None, tmp_path / 'nodes.npy')

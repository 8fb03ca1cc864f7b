import json

import pytest

from cra_plugin.annotations.frame_rates import FrameRates
from cra_plugin.errors import InputError


@pytest.mark.parametrize('rate', [3, '29.97', 1e-3])
def test_one_rate_for_all(rate):
    rates = FrameRates(rate)
    rates.require(['a', 'b'])
    assert rates['a'] == rates['b'] == float(rate)


@pytest.mark.parametrize(('name', 'text'), [
    ('rates.json', '{"a": 25, "b": 29.97, "c": 1}'),
    ('gsub_val.json', json.dumps({
        'a': dict(duration=3, location={}, fps=25), 'b': dict(fps=29.97)})),
    ('rates.csv', 'video,fps\na,25\nb,29.97\n'),
    ('rates.csv', '\ufeffframe_count,fps,video_id\n7,25,a\n7,29.97,b\n')])
def test_a_file_a_video(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding='utf-8')
    rates = FrameRates(str(tmp_path / name))
    rates.require(['b', 'a'])
    assert (rates['a'], rates['b']) == (25, 29.97)
    with pytest.raises(InputError, match=r'no rate for 1 of 2 videos \(d\)'):
        rates.require(['a', 'd'])


@pytest.mark.parametrize(('name', 'text', 'words'), [
    ('a.json', '{"a": 0}', 'video a: found 0'),
    ('a.json', '{"a": 1e300}', '0.001 to 100000'),
    ('a.json', '{"a": "25"}', "video a: found '25'"),
    ('a.json', '{"a": {"duration": 3}}', 'video a: found None'),
    ('a.json', '{"a": true}', 'video a: found True'),
    ('a.json', '[25]', 'a JSON list'), ('a.csv', 'video,rate\na,3\n', 'fps'),
    ('a.csv', '', 'no rows'), ('a.csv', 'video,fps\na\n', 'found None'),
    ('a.csv', 'video,fps\na,fast\n', "found 'fast'"),
    ('a.csv', 'video,fps\na,nan\n', 'found nan')])
def test_bad_files(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=words):
        FrameRates(tmp_path / name)


@pytest.mark.parametrize('source', [
    0, -1, 'nan', 'inf', 1e-320, 1e300, 'none.json', ''])
def test_no_rate_at_all(source):
    with pytest.raises(InputError, match='--fps'):
        FrameRates(source)

import os

import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils.json_file import (
    is_number,
    is_seconds,
    read_json_list,
    read_json_object,
    write_json,
)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / 'new' / 'file.json'
    content = {'a': [1.25, None], 'ü': {'b': True}}
    write_json(path, content)
    assert read_json_object(path) == content
    assert os.listdir(path.parent) == ['file.json']


def test_a_failed_write_keeps_the_old_file(tmp_path):
    path = tmp_path / 'file.json'
    write_json(path, {'a': 1})
    with pytest.raises(ValueError, match='JSON compliant'):
        write_json(path, {'a': float('nan')})
    assert read_json_object(path) == {'a': 1}
    assert os.listdir(tmp_path) == ['file.json']


def test_faults_name_the_file(tmp_path):
    with pytest.raises(InputError, match=r'none\.json: found no such file'):
        read_json_object(tmp_path / 'none.json')
    path = tmp_path / 'list.json'
    path.write_text('[1]')
    with pytest.raises(InputError, match=r'list\.json: found a JSON list'):
        read_json_object(path)


@pytest.mark.parametrize(('content', 'words'), [
    (b'{"\xff": 1}', 'byte 2 that is not UTF-8'),
    (b'{"a": 1, "b": {"c": 1, "d": 2, "c": 1}}', "the key 'c' twice"),
    (b'{"a": 1, "a": 1}', "the key 'a' twice"),
    (b'[' * 99999, 'nested too deeply'),
    (b'{"a":' * 99999, 'nested too deeply'),
    (b'{"a": ' + b'9' * 5000 + b'}', 'thousands of digits'),
    (b'', 'not JSON'),
    ('{"a": 1}'.encode('utf-16'), 'UTF-8')])
def test_content_that_is_refused(tmp_path, content, words):
    path = tmp_path / 'file.json'
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_json_object(path)
    assert words in str(caught.value) and str(path) in str(caught.value)
    assert '\n' not in str(caught.value) and len(str(caught.value)) < 500


def test_a_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / 'file.json'
    path.write_bytes(b'\xef\xbb\xbf{"a": "\xc3\xbc"}\r\n')
    assert read_json_object(path) == {'a': 'ü'}


@pytest.mark.parametrize('value, expected',
                         [(1, True), (-2.5, True), (10**400, False),
                          (True, False), ('1', False), (None, False),
                          (float('nan'), False), (float('inf'), False)])
def test_numbers_are_finite_and_no_truth_values(value, expected):
    assert is_number(value) is expected


def test_times_stay_finite_when_added():
    assert is_seconds(1e9) and is_seconds(-1)
    assert not is_seconds(1e10) and not is_seconds(float('nan'))


def test_lists_are_read_and_nothing_else(tmp_path):
    path = tmp_path / 'file.json'
    write_json(path, [1, {'ü': None}])
    assert read_json_list(path) == [1, {'ü': None}]
    write_json(path, {'a': []})
    with pytest.raises(InputError, match=r'file\.json: found a JSON dict; '
                       'expected a JSON list'):
        read_json_list(path)
    path.write_text('[1')
    with pytest.raises(InputError, match=r'not JSON.*expected a JSON list'):
        read_json_list(path)
    with pytest.raises(InputError, match='no such file'):
        read_json_list(tmp_path / 'none.json')

from urllib.parse import unquote

import pytest

from cra_plugin.utils.file_names import LONGEST_NAME, file_name

ODD = ('../../escaped', '/etc/passwd', '..', '.', '', '.hidden', 'a/b', 'a\\b',
       'c:d', 'CON', 'nul.mp4', 'com1_0', 'a b', 'a%20b', 'a\nb', 'a\0b', '*?',
       '視頻', '~', '-rf', '\ud800')


def test_usual_keys_stay():
    for key in ('4882821564_3', '6H78U_Interaction_T1_13', 'a.b-c'):
        assert file_name(key) == key


@pytest.mark.parametrize('key', ODD)
def test_names_stay_in_their_folder_and_give_the_key_back(key, tmp_path):
    name = file_name(key)
    (tmp_path / f'{name}.png').touch()
    assert [path.name for path in tmp_path.iterdir()] == [f'{name}.png']
    assert not name.startswith('.')
    assert name.lower() not in ('con', 'nul.mp4')
    if key:
        assert unquote(name, errors='surrogatepass') == key


def test_names_differ_and_are_short():
    long = 'ü' * 10**5
    names = [file_name(key) for key in (*ODD, long, long + 'a', 'b' + long)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= LONGEST_NAME

"""What was meant by a name that there is not."""

from cra_plugin.utils.nearest_name import list_names, nearest_name


def test_the_nearest_whatever_the_case():
    assert nearest_name('GATE', ['sigma', 'gate']) == 'gate'
    assert nearest_name('gsghaed', ['GSGHead', 'NGHead']) == 'GSGHead'
    assert nearest_name('gat', ['gate'], similarity=0.9) is None
    assert nearest_name('xyzzy', ['gate']) is None


def test_many_names_are_cut():
    assert list_names('ab') == 'a, b'
    assert list_names(map(str, range(13))).endswith('11, and 1 more')
    assert list_names([]) == 'none'

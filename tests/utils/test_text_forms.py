from cra_plugin.utils.text_forms import comparable, single_spaced


def test_spaces_and_case():
    assert single_spaced(' What\tIS\n it ? ') == 'What IS it ?'
    assert comparable('  What  IS\tit ? ') == 'what is it'
    assert comparable('st. peter.') == 'st. peter'

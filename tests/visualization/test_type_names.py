import csv

from cra_plugin.visualization.type_names import TYPE_NAMES, spell_out


def test_every_type_of_the_real_annotations_is_spelled_out(shared_dir):
    for split in ('val', 'test'):
        with open(shared_dir / 'data' / 'nextgqa' / f'{split}.csv') as file:
            types = {row['type'] for row in csv.DictReader(file)}
        assert types <= set(TYPE_NAMES)


def test_other_types_are_left_as_they_are():
    assert spell_out('TN') == 'TN (temporal, after)'
    assert spell_out('Feasibility') == 'Feasibility'
    assert spell_out('') == ''

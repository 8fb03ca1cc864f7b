"""The whole road, as short as it can be."""

import json
import platform
from pathlib import Path

import pytest

from cra_plugin.apis.demo import render_comparison, run_demo
from cra_plugin.apis.demo_pages import (
    PAGES,
    PICTURE,
    check_demo_pages,
    choose_picture,
    write_demo_pages,
)
from cra_plugin.errors import InputError
from cra_plugin.evaluation.metrics import METRIC_NAMES
from cra_plugin.simulation.world_settings import WorldSettings

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGS = REPOSITORY / 'configs'


@pytest.fixture(scope='module')
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp('demo')
    reports = run_demo(
        str(out), str(CONFIGS), max_epochs=1, num_pictures=2,
        world=WorldSettings(train_videos=12, val_videos=3, test_videos=4,
                            test_ood_videos=3, test_neutral_videos=3))
    return out, reports


def test_metrics_of_all_methods_on_all_splits(demo):
    out, reports = demo
    written = json.loads((out / 'metrics.json').read_text())
    assert written == reports
    assert list(written) == ['PH', 'CRA', 'Evidence']
    for by_split in written.values():
        assert list(by_split) == ['iid', 'neutral', 'ood']
        for report in by_split.values():
            assert set(METRIC_NAMES) < set(report)
            assert len(report['priors']) == 4
    numbers = {report['num_questions']
               for by_split in written.values()
               for report in by_split.values()}
    assert len(numbers) >= 2, 'the splits were not told apart'


def test_pictures(demo):
    pictures = list((demo[0] / 'timelines').glob('*.png'))
    assert len(pictures) == 2
    assert all(p.read_bytes().startswith(b'\x89PNG') for p in pictures)


def test_table_shows_methods_and_their_priors(demo):
    table = render_comparison(demo[1])
    assert table.count('prior middle_third') == 9
    for split in ('iid', 'neutral', 'ood'):
        value = demo[1]['CRA'][split]['mIoP']
        row = next(line for line in table.splitlines()
                   if split in line and 'CRA' in line)
        assert f'{value:.1f}' in row


@pytest.fixture
def checkout(tmp_path):
    """The pages of the repository, as they are."""
    for name in PAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((REPOSITORY / name).read_text())
    return tmp_path


def test_the_pages_get_table_machine_and_picture(demo, checkout):
    picture = min((demo[0] / 'timelines').glob('*.png'))
    written = write_demo_pages(demo[1], picture, checkout)
    assert [path.relative_to(checkout).as_posix() for path in written] == [
        *PAGES, PICTURE]
    assert (checkout / PICTURE).read_bytes() == picture.read_bytes()
    value = demo[1]['PH']['ood']['mIoP']
    for name in PAGES:
        before, after = ((place / name).read_text()
                         for place in (REPOSITORY, checkout))
        table = after.split('<!-- demo -->\n')[1].split('<!-- /demo -->')[0]
        row = table.splitlines()[10].split(' | ')
        assert row[:2] == ['| ood', 'PH'] and row[4] == f'{value:.1f}'
        machine = ' '.join(table.split('\n\n')[1].split())
        assert ' cores; Python ' in machine and 'torch ' in machine
        assert str(Path.home()) not in machine and platform.node() not in (
            machine.split())
        # Nothing else has changed.
        for side in (0, -1):
            assert (before.split('demo -->')[side]
                    == after.split('demo -->')[side])


def test_the_picture_is_of_a_right_answer(tmp_path):
    (tmp_path / 'timelines').mkdir()
    (tmp_path / 'evidence').mkdir()
    for name in ('1_0', '2_0', '3_0'):
        (tmp_path / 'timelines' / f'{name}.png').touch()
    for answers, chosen in (({'1_0': 1, '2_0': 0, '3_0': 0}, '2_0'),
                            ({'1_0': 1, '2_0': 1, '3_0': 1}, '1_0')):
        (tmp_path / 'evidence' / 'iid.json').write_text(json.dumps({
            key: {'prediction': predicted, 'answer': 0}
            for key, predicted in answers.items()}))
        assert choose_picture(tmp_path).stem == chosen


def test_a_page_without_a_place_for_the_table(checkout):
    check_demo_pages(checkout)
    (checkout / PAGES[1]).write_text('nothing')
    with pytest.raises(InputError, match=r'benchmarks\.md: found no table'):
        check_demo_pages(checkout)

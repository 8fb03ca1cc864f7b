import json
import re

import pytest

from cra_plugin.apis.write_report import write_report
from cra_plugin.errors import InputError
from tests.helpers.browsed_questions import (
    NUM_QUESTIONS,
    ODD_VIDEO,
    write_browsed_questions,
)
from tests.helpers.tool_process import assert_refused, run_tool

TOOL = 'analysis_tools/report.py'


@pytest.fixture
def folder(tmp_path, real_clips):
    return write_browsed_questions(tmp_path, real_clips)


def data_of(page):
    found, = re.findall(r'<script type="application/json" id="data">(.*?)'
                        '</script>', page.read_text(), re.DOTALL)
    return json.loads(found)


@pytest.mark.parametrize(('beside', 'options', 'decoders'), [
    (('p_spans', ), {}, ['spans']),
    (('p_spans', 'p_attention'), {}, ['window', 'adaptive', 'merged']),
    (('p_spans', 'p_attention'), {'spans': 'p_spans.json'}, ['spans']),
    (('p_attention', ), {'attention': 'w.json'},
     ['window', 'adaptive', 'merged']),
    ((), {}, [])])
def test_spans_and_weights_beside_the_answers_are_found(
        folder, beside, options, decoders, caplog):
    (folder / 'p_attention.json').write_text((folder / 'w.json').read_text())
    for name in {'p_spans', 'p_attention'} - {*beside, *(
            value.removesuffix('.json') for value in options.values())}:
        (folder / f'{name}.json').unlink()
    report = write_report(
        folder / 'p.json', folder, 'val', folder / 'r.html',
        **{name: folder / file for name, file in options.items()})
    data = data_of(folder / 'r.html')
    assert data['decoders'] == decoders
    assert len(data['questions']) == report['num_questions'] == NUM_QUESTIONS
    assert data['questions'][0]['scores'] == [.1, .5, .2, .1, .1]
    assert (data['questions'][0]['weights'] is None) == (len(decoders) < 3)
    noted = f'taken from {folder}/{beside[-1]}' if beside else 'none'
    assert (noted in caplog.text) == bool(beside and not options)


def test_without_annotated_spans_answers_alone_are_shown(folder, caplog):
    (folder / 'gsub_val.json').unlink()
    report = write_report(folder / 'p.json', folder, 'val',
                          folder / 'r.html')
    assert report['num_questions'] == NUM_QUESTIONS
    assert data_of(folder / 'r.html')['decoders'] == []
    assert f'no spans are annotated, so that spans of {folder}' in caplog.text
    with pytest.raises(InputError, match=r'gsub_val\.json: found no such'):
        write_report(folder / 'p.json', folder, 'val', folder / 'r.html',
                     spans=folder / 'p_spans.json')


def test_fractions_beside_the_answers_and_spans_alone(folder):
    (folder / 'f_spans.json').write_text(json.dumps({'bikes_0': [.2, .5]}))
    (folder / 'f.json').write_text(json.dumps({'bikes_0': 1}))
    (folder / 'f_attention.json').write_text('not looked at')
    options = dict(missing='skip', normalized=True)
    write_report(folder / 'f.json', folder, 'val', folder / 'r.html',
                 **options)
    question, = data_of(folder / 'r.html')['questions']
    assert (question['spans'], question['right']) == ([[[2, 5]]], True)
    write_report(None, folder, 'val', folder / 'r.html',
                 spans=folder / 'f_spans.json', **options)
    question, = data_of(folder / 'r.html')['questions']
    assert (question['spans'], question['right']) == ([[[2, 5]]], None)


def test_videos_are_found_from_where_the_page_is(folder, caplog):
    (folder / 'a b').mkdir()
    write_report(folder / 'p.json', folder, 'val', folder / 'a b' / 'r.html',
                 videos=folder / 'videos')
    videos = data_of(folder / 'a b' / 'r.html')['videos']
    assert {name: video['url'] for name, video in videos.items()} == {
        'bikes': '../videos/deep/bikes.mp4',
        ODD_VIDEO: '../videos/deep/a%20%231%25%3F%20b.mp4',
        'broken': '../videos/deep/broken.mp4', 'absent': None}
    assert 'whose questions have no player (absent)' in caplog.text


def test_letters_that_are_none(folder):
    rows = (folder / 'val.csv').read_text().replace('CW', '类型 \u2028')
    (folder / 'val.csv').write_text(rows)
    (folder / 'p\udcff.json').write_bytes((folder / 'p.json').read_bytes())
    write_report(folder / 'p\udcff.json', folder, 'val', folder / 'r.html',
                 spans=folder / 'p_spans.json')
    assert '类型 \u2028' in data_of(folder / 'r.html')['types']


def test_the_tool_writes_again_what_it_wrote_and_nothing_else(folder):
    arguments = (folder / 'p.json', '--annotations', folder, '--split', 'val',
                 '--out', folder / 'r.html')
    for _ in range(2):
        process = run_tool(TOOL, *arguments)
        assert process.returncode == 0, process.stderr
        assert f'{NUM_QUESTIONS} questions, 1 missing' in process.stdout
    (folder / 'r.html').write_text('<html>mine</html>')
    assert_refused(run_tool(TOOL, *arguments), 'r.html', '--overwrite')
    assert (folder / 'r.html').read_text() == '<html>mine</html>'
    write_report(folder / 'p.json', folder, 'val', folder / 'r.html',
                 overwrite=True)
    assert data_of(folder / 'r.html')


@pytest.mark.parametrize(('options', 'words'), [
    ({'videos': 'nowhere'}, 'no such folder'),
    ({'spans': 'absent.json'}, 'no such file')])
def test_faults_leave_no_page(folder, options, words):
    with pytest.raises(InputError, match=words):
        write_report(folder / 'p.json', folder, 'val', folder / 'r.html', **{
            name: folder / value for name, value in options.items()})
    assert not (folder / 'r.html').exists()
    with pytest.raises(InputError, match='no such file'):
        write_report('', folder, 'val', folder / 'r.html')


def test_of_several_spans_those_of_the_protocol_are_shown(folder):
    (folder / 's.json').write_text(json.dumps({'bikes_0': [
        [7., 9.], [3., 5.]]}))
    found = {}
    for protocol in ('first-span', 'union', 'best-of-spans'):
        write_report(None, folder, 'val', folder / 'r.html', missing='skip',
                     spans=folder / 's.json', protocol=protocol)
        question, = data_of(folder / 'r.html')['questions']
        found[protocol] = len(question['spans'][0]), question['iop'][0]
    assert found == {'first-span': (1, 0), 'union': (2, .5),
                     'best-of-spans': (2, 1)}

"""Pictures of dumped predictions."""

import json

import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.annotations.star import find_star
from cra_plugin.apis import draw_timelines as apis
from cra_plugin.apis.draw_timelines import draw_timelines
from cra_plugin.apis.drawn_answers import read_drawn_answers
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.video_source import VideoFiles
from tests.helpers.rendered_videos import square_position, write_video


def dump(folder, questions, num_frames):
    """Write predictions as tools/test.py --dump does."""
    (folder / 'answers.json').write_text(json.dumps(
        {q.key: {'prediction': 0, 'answer': q.answer} for q in questions}))
    (folder / 'answers_attention.json').write_text(json.dumps(
        {q.key: [1 / num_frames] * num_frames for q in questions}))
    return folder / 'answers.json'


def test_pictures_are_spread_over_the_split(tiny_world, tmp_path):
    questions = find_nextgqa(tiny_world, 'test').questions
    answers = dump(tmp_path, questions, 8)
    pictures = draw_timelines(
        tiny_world, 'test', answers, tmp_path / 'out', num_pictures=3)
    drawn = [picture.stem for picture in pictures]
    assert drawn[0] == questions[0].key and drawn[-1] == questions[-1].key
    assert all(picture.is_file() for picture in pictures)


def test_no_more_pictures_than_predictions(tiny_world, tmp_path):
    questions = find_nextgqa(tiny_world, 'test').questions[:2]
    answers = dump(tmp_path, questions, 8)
    assert len(draw_timelines(
        tiny_world, 'test', answers, tmp_path / 'out')) == 2


def test_predictions_of_another_split(tiny_world, tmp_path):
    answers = dump(tmp_path, find_nextgqa(tiny_world, 'val').questions, 8)
    with pytest.raises(InputError, match='no annotated question'):
        draw_timelines(tiny_world, 'test', answers, tmp_path / 'out')


def test_star(tiny_star, tmp_path):
    questions = find_star(tiny_star, 'val').questions
    answers = dump(tmp_path, questions, 8)
    pictures = draw_timelines(tiny_star, 'val', answers, tmp_path / 'out',
                              num_pictures=2, dataset='star')
    assert [picture.stem for picture in pictures] == [
        questions[0].key, questions[-1].key]
    assert all(picture.is_file() for picture in pictures)


def test_no_id_leads_out_of_the_folder(tmp_path):
    ids = ['../../escaped', '/etc/escaped', 'a' * 300, '..']
    rows = ['video_id,question,answer,qid,type,a0,a1,a2,a3,a4']
    rows += [f'{name},why,b,0,CW,a,b,c,d,e' for name in ids]
    (tmp_path / 'val.csv').write_text('\n'.join(rows))
    for name, entry in (('frame2time_val', [2, 6]), ('gsub_val', {
            'duration': 9, 'location': {'0': [[2, 6]]}})):
        (tmp_path / f'{name}.json').write_text(
            json.dumps(dict.fromkeys(ids, entry)))
    answers = dump(tmp_path, find_nextgqa(tmp_path, 'val').questions, 2)
    out = tmp_path / 'deep' / 'er' / 'out'
    pictures = draw_timelines(tmp_path, 'val', answers, out)
    assert sorted(out.iterdir()) == sorted(pictures)
    assert len(set(pictures)) == len(ids)
    assert not list(tmp_path.rglob('escaped*'))


@pytest.fixture
def draw(run_here, tiny_world, tmp_path):
    """Draw by the tool; give status, output, errors and the pictures."""
    def run(*arguments):
        out = tmp_path / 'out'
        status, printed, errors = run_here(
            'analysis_tools/draw_timelines.py', *arguments, '--annotations',
            tiny_world, '--split', 'test', '--out', out)
        return status, printed, errors, sorted(
            str(each.relative_to(out)) for each in out.rglob('*.*'))
    return run


def test_each_answer_by_the_tool(draw, tiny_world, tmp_path):
    questions = find_nextgqa(tiny_world, 'test').questions
    answers = dump(tmp_path, questions, 8)
    key, video = questions[0].key, questions[-1].video_id
    wanted = {key, *(q.key for q in questions if q.video_id == video)}
    status, printed, _, pictures = draw(
        answers, '--keys', key, video, '--format', 'svg')
    assert status == 0 and f'{len(wanted)} pictures' in printed
    assert {*pictures} == {f'{each}.svg' for each in wanted}


def test_grids_by_the_tool(draw, tiny_world, tmp_path):
    questions = find_nextgqa(tiny_world, 'test').questions
    files = []
    for name in ('first', 'second'):
        (tmp_path / name).mkdir()
        files.append(dump(tmp_path / name, questions, 8))
    status, _, errors, pictures = draw(*files, '--grid', 'model', '--num', 2)
    assert status == 0, errors
    assert {*pictures} == {f'{questions[0].key}.png',
                           f'{questions[-1].key}.png'}
    status, _, _, pictures = draw(
        *files, '--grid', 'video', '--keys', questions[0].video_id)
    assert {f'{name} answers/{questions[0].video_id}.png'.replace(
        ' ', '%20') for name in ('first', 'second')} <= {*pictures}


def test_spans_alone_and_scores_are_drawn(tiny_world, tmp_path):
    first, second = find_nextgqa(tiny_world, 'test').questions[:2]
    file = tmp_path / 'answers.json'
    file.write_text(json.dumps({
        first.key: dict(prediction=1, span=[1, 2],
                        scores=[.1, .6, .1, .1, .1]),
        second.key: dict(prediction=-1, span=[1, 2], scores=[5, 1, 1, 1, 1])
    }))
    found = read_drawn_answers(file, tiny_world, 'test', 'nextgqa', 'paper',
                               'adaptive', 'mine')
    one, other = found.values()
    assert one.answer.spans == {'spans': (1., 2.)} and one.main == 'spans'
    assert one.answer.frame_weights is None
    assert one.answer.scores.tolist() == [.1, .6, .1, .1, .1]
    assert other.answer.scores is None and other.answer.predicted == -1
    assert len(draw_timelines(tiny_world, 'test', file, tmp_path)) == 2


def dump_every_choice(folder, question, **changes):
    """Write how a question's choices are grounded, beside its answer."""
    answers = dump(folder, [question], 8)
    entry = dict(spans=[[row, row + 1] for row in range(5)],
                 weights=[[row / 40] * 8 for row in range(5)])
    (folder / 'answers_candidates.json').write_text(json.dumps(
        {question.key: entry | changes, 'of another split_0': {}}))
    return answers


def test_every_choice_is_read(tiny_world, tmp_path):
    question, *_ = find_nextgqa(tiny_world, 'test').questions
    file = dump_every_choice(tmp_path, question)
    found, = read_drawn_answers(file, tiny_world, 'test', 'nextgqa', 'paper',
                                'adaptive', 'mine').values()
    assert found.answer.candidate_weights[3].tolist() == [3 / 40] * 8
    assert found.answer.candidate_spans[3] == (3, 4)


@pytest.mark.parametrize('changes', [
    dict(weights=None), dict(weights=[[0, 1]]), dict(weights=[[0, 1, 2]] * 5),
    dict(weights=[[float('nan')] * 8] * 5), dict(weights=[['a'] * 8] * 5),
    dict(spans=3), dict(spans=[[0, 1]]), dict(spans=[[0]] * 5)])
def test_choices_grounded_in_another_way(tiny_world, tmp_path, draw, changes):
    question, *_ = find_nextgqa(tiny_world, 'test').questions
    answers = dump_every_choice(tmp_path, question, **changes)
    status, _, errors, pictures = draw(answers)
    *_, last = errors.splitlines()
    field, = changes
    assert status == 2 and not pictures
    assert f'answers_candidates.json, question {question.key}, field {field}' \
        in last and 'expected 5 lists, one for each choice, of ' in last


def test_many_panels_become_several_pictures(tiny_world, tmp_path,
                                             monkeypatch):
    monkeypatch.setattr(apis, 'PANELS', 2)
    questions = find_nextgqa(tiny_world, 'test').questions
    video = questions[0].video_id
    count = sum(each.video_id == video for each in questions)
    answers = dump(tmp_path, questions, 8)
    pictures = draw_timelines(tiny_world, 'test', answers, tmp_path / 'out',
                              keys=[video], grid='video')
    assert [each.name for each in pictures] == [
        f'{video}' + (f'-part{part + 1}' if part else '') + '.png'
        for part in range((count + 1) // 2)]


def test_frames_of_the_videos_that_there_are(tiny_world, tmp_path, caplog,
                                             monkeypatch):
    questions = find_nextgqa(tiny_world, 'test').questions
    first, second, third = list(dict.fromkeys(
        each.video_id for each in questions))[:3]
    write_video(tmp_path / 'videos' / f'{first}.mp4')
    (tmp_path / 'videos' / f'{second}.mp4').write_bytes(b'no video')
    drawn = []
    monkeypatch.setattr(apis, 'draw_questions',
                        lambda page, path: drawn.append(page[0].filmstrip))
    draw_timelines(tiny_world, 'test', dump(tmp_path, questions, 8),
                   tmp_path / 'out', keys=[first, second, third],
                   grid='video', videos=VideoFiles(tmp_path / 'videos'))
    strip, *none = drawn
    assert none == [None, None]
    at = [square_position(image) for image in strip.images]
    assert at == sorted(at) and len(at) == 8 and strip.duration == 4
    unreadable, missing = caplog.messages
    assert f'{second}.mp4: its frames are not shown' in unreadable
    assert missing.startswith('warning: 1 video without a file')
    assert third in missing


@pytest.mark.parametrize('arguments, words', [
    (('--keys', 'nobody'), 'found nobody; expected keys of predicted'),
    (('--num', 0), 'pass 1 or more'),
    (('--fps', 3), 'option --fps'),
    (('--videos', 'nowhere'), 'no such folder')])
def test_bad_input_is_one_line(draw, tiny_world, tmp_path, arguments, words):
    answers = dump(tmp_path, find_nextgqa(tiny_world, 'test').questions, 8)
    status, _, errors, pictures = draw(answers, *arguments)
    *_, last = errors.splitlines()
    assert status == 2 and words in last and not pictures

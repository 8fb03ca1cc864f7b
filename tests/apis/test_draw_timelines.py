"""Pictures of dumped predictions."""

import json

import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.annotations.star import find_star
from cra_plugin.apis.draw_timelines import draw_timelines
from cra_plugin.errors import InputError


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
    with pytest.raises(InputError, match='no question of the split'):
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

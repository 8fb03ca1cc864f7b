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

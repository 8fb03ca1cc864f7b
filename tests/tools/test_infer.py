"""tools/infer.py, from a video and a question to seconds."""

import json
import os

import numpy as np
import pytest
import torch

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.config import load_config
from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.feature_extraction.any_video import AnyVideo
from cra_plugin.registry import MODELS
from tests.helpers.rendered_videos import (
    draw_frame,
    square_position,
    write_video,
)


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp('asked') / 'square.mp4')


@pytest.fixture
def ask(run_here, tmp_path, tiny_clip_folder):
    """Ask by a CLIP of random weights; give status, output and errors."""
    def run(*arguments, cache=True):
        kept = ('--cache', tmp_path / 'kept') if cache else ('--no-cache', )
        return run_here('infer.py', *arguments, *kept, '--model',
                        f'local-dir:{tiny_clip_folder}', '--device', 'cpu')
    return run


def test_an_answer_in_two_lines(ask, video, tmp_path):
    status, out, errors = ask(video, 'where does it go ?', '--choices',
                              'left', 'right', '--out', tmp_path / 'out')
    assert status == 0, errors
    answer, seconds, _ = out.splitlines()
    assert answer.split()[1] in ('left', 'right') and answer.endswith(' %)')
    start, end = (float(each) for each in seconds.split()[1:4:2])
    assert 0 <= start <= end <= 4 and seconds.endswith(' of 4.0')
    assert errors.startswith('cra_plugin ')
    report = json.loads((tmp_path / 'out' / 'result.json').read_text())
    result, = report['results']
    assert result['answer'] == answer.split()[1]
    assert sum(result['probabilities']) == pytest.approx(1)
    assert (tmp_path / 'out' / 'timeline.png').stat().st_size > 1000
    with AnyVideo(tmp_path / 'out' / 'clip.mp4').open() as clip:
        (image, *_), _ = clip.read(np.arange(clip.num_frames))
        assert clip.duration == pytest.approx(max(end - start, .5), abs=.11)
    assert square_position(image) == pytest.approx(start / 4, abs=.05)


def test_answers_stay_where_a_clip_cannot_be_written(ask, video, tmp_path,
                                                     caplog):
    out = tmp_path / 'out'
    (out / 'clip_1.mp4').mkdir(parents=True)
    file = tmp_path / 'questions.txt'
    file.write_text('what moves ?\nwhat stands ?\nwhat ends ?\n')
    status, printed, _ = ask(video, '--questions', file, '--out', out)
    assert status == 0 and 'seconds: ' in printed
    warning, = caplog.messages
    assert 'clip_1.mp4: left out' in warning and 'a folder' in warning
    written = {each.name for each in out.iterdir()}
    assert written == {'result.json', *(f'clip_{i}.mp4' for i in range(3)),
                       *(f'timeline_{i}.png' for i in range(3))}


def test_many_questions_and_features_that_are_kept(ask, video, tmp_path):
    file = tmp_path / 'questions.jsonl'
    file.write_text('{"question": "what moves ?", "choices": ["a", "b"]}\n'
                    '{"question": "what stands ?"}\n')
    first = ask(video, '--questions', file, '--json')
    kept, = (tmp_path / 'kept').iterdir()
    # What was kept is read: another value in it changes the answer.
    with np.load(kept) as content:
        changed = {name: content[name] for name in content.files}
    assert changed['frames'].shape == (32, 12)
    again = ask(video, '--questions', file, '--json')
    changed['frames'] = changed['frames'][::-1] * np.arange(1, 13)
    np.savez(kept, **changed)
    other = ask(video, '--questions', file, '--json')
    reports = [json.loads(out)['results'] for status, out, _ in
               (first, again, other) if status == 0]
    assert reports[0] == reports[1] != reports[2]
    answered, grounded = reports[0]
    assert answered['answer'] in 'ab' and grounded['answer'] is None
    kept.write_bytes(kept.read_bytes()[:100])
    assert json.loads(ask(video, '--questions', file, '--json')[1])[
        'results'] == reports[0]


def test_frames_in_a_folder_are_those_of_the_video(ask, tmp_path):
    import cv2
    folder = tmp_path / 'frames'
    folder.mkdir()
    for index in range(40):
        cv2.imwrite(str(folder / f'{index:03}.png'),
                    draw_frame(index, 40)[..., ::-1])
    status, out, errors = ask(folder, 'why ?', '--fps', '10', '--json')
    assert status == 0, errors
    assert json.loads(out)['results'][0]['duration'] == 4
    status, _, errors = ask(folder, 'why ?')
    assert status == 2 and 'pass fps (--fps)' in errors


def test_features_in_place_of_a_video(run_here, tiny_world, either_model,
                                      as_arguments, tmp_path):
    torch.manual_seed(1)
    checkpoint = tmp_path / 'epoch_1.pth'
    config, options = either_model.config, dict(either_model.options)
    torch.save({'state_dict': MODELS.build(load_config(
        config, dict(options)).model).state_dict(), 'meta': {}}, checkpoint)
    features = tiny_world / 'features_test.h5'
    asked = find_nextgqa(tiny_world, 'test').questions[0]
    name, out = asked.video_id, tmp_path / 'out'
    ask = ('infer.py', name, asked.question, '--choices', *asked.choices,
           '--config', config, '--checkpoint', checkpoint, '--device', 'cpu')
    options = as_arguments(options)
    status, printed, errors = run_here(
        *ask, '--features', features, '--duration', '20', '--out', out,
        *options)
    assert status == 0, errors
    inferencer = GroundingInferencer(config, str(checkpoint), 'cpu', dict(
        either_model.options))
    expected = inferencer(inferencer.encode_video(
        FeatureStore(features)[name], duration=20.), asked.question,
        asked.choices)
    answer, seconds, _ = printed.splitlines()
    assert f'answer: {expected.answer} (' in answer
    assert seconds == 'seconds: {:.1f} to {:.1f} of 20.0'.format(
        *expected.span)
    report = json.loads((out / 'result.json').read_text())
    assert report['video'] == name
    assert report['results'][0]['frame_times'] == pytest.approx(
        expected.frame_times.tolist())
    assert {each.name for each in out.iterdir()} == {
        'result.json', 'timeline.png'}
    status, printed, _ = run_here(*ask, '--features', features, *options)
    assert status == 0
    start = 5 * expected.span[0]  # of 20 seconds, in percent
    assert f'percent of the video: {start:.1f} to ' in printed
    for wrong, words in (((), f'{name}: found no such file'), (
            ('--features', features, '--duration', '0'), '--duration: found 0'
            ), (('--duration', '3'), 'no such file')):
        status, _, errors = run_here(*ask, *wrong, *options)
        assert status == 2 and words in errors.splitlines()[-1]
    status, _, errors = run_here('infer.py', 'nobody', *ask[2:], '--features',
                                 features, *options)
    assert status == 2
    assert 'no features for 1 of 1 videos (nobody)' in errors.splitlines()[-1]


@pytest.mark.parametrize('arguments, words', [
    (('missing.mp4', 'why ?'), 'no such file'),
    (('VIDEO', ), 'found none'),
    (('VIDEO', 'why ?', '--questions', 'q.txt'), 'one of the two'),
    (('VIDEO', 'why ?', '--choices', 'one'), 'two or more'),
    (('VIDEO', ' '), 'a question'),
    (('VIDEO', 'why ?', '--checkpoint', 'k.pth'), 'pass --config FILE'),
    (('TEXT', 'why ?'), 'a video that cannot be read'),
    (('', 'why ?'), 'no such file'), (('PIPE', 'why ?'), 'a pipe'),
    (('FRAMES', 'why ?', '--fps', '0'), 'fps: found 0.0'),
    (('FRAMES', 'why ?', '--fps', '1e-300'), 'fps: found 1e-300'),
    (('VIDEO', 'why ?', '--fps', '3'), '--fps: found 3'),
    (('VIDEO', 'why ?', '--duration', '3'), 'found 3 without --features'),
    (('VIDEO', 'why \ud800 ?'), 'half a character'),
    (('VIDEO', '--questions', 'TEXT'), "the suffix '.md'")])
def test_bad_input_is_one_line(ask, video, tmp_path, arguments, words):
    text = tmp_path / 'text.md'
    text.write_text('no video')
    os.mkfifo(tmp_path / 'pipe.mp4')
    (tmp_path / 'frames').mkdir()
    names = {'VIDEO': video, 'TEXT': text, 'PIPE': tmp_path / 'pipe.mp4',
             'FRAMES': tmp_path / 'frames'}
    status, _, errors = ask(*(names.get(each, each) for each in arguments))
    *_, last = errors.splitlines()
    assert status == 2 and last.startswith('error: ') and words in last

"""tools/app.py, by its client API and in headless Chromium."""

import os
import signal
import socket
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cra_plugin.cli import app
from cra_plugin.feature_extraction.any_video import AnyVideo
from tests.helpers.chromium import Chromium, find_chromium
from tests.helpers.forked_python import REPOSITORY, start_python
from tests.helpers.rendered_videos import square_position, write_video

needs_gradio = pytest.mark.skipif(
    find_spec('gradio') is None,
    reason='gradio is not installed: pip install -r requirements/app.txt')


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp('asked') / 'square.mp4')


@pytest.fixture(scope='module')
def port(tmp_path_factory, tiny_clip_folder):
    """Where the tool listens, with a CLIP of random weights."""
    folder, port = tmp_path_factory.mktemp('app'), free_port()
    output, errors = folder / 'output', folder / 'errors'
    process = start_python(
        REPOSITORY / 'tools' / 'app.py', '--model',
        f'local-dir:{tiny_clip_folder}', '--device', 'cpu', '--cache',
        folder / 'kept', '--port', port, output=output, errors=errors,
        TMPDIR=str(folder))
    try:
        while not (output.is_file() and 'Ask at' in output.read_text()):
            assert process.is_alive(), errors.read_text()
            time.sleep(.1)
        assert f'http://127.0.0.1:{port}' in output.read_text()
        yield port
        # What an answer was written into is gone, but gradio's copy of it.
        assert {each.name for each in folder.iterdir()} <= {
            'output', 'errors', 'gradio', 'kept'}
        os.kill(process.pid, signal.SIGINT)
        process.join(60)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


@pytest.fixture(scope='module')
def ask(port, tmp_path_factory, video):
    """Ask as a program does."""
    from gradio_client import Client, handle_file
    client = Client(f'http://127.0.0.1:{port}', verbose=False,
                    download_files=str(tmp_path_factory.mktemp('answers')))
    return lambda question, choices='', file=video: client.predict(
        file and handle_file(str(file)), question, choices, api_name='/ask')


@needs_gradio
def test_answers_by_the_api(ask):
    answer, seconds, scores, picture, clip = ask(
        'where does it go ?', 'left\n\n right \n')
    found = {each['label']: each['confidence']
             for each in scores['confidences']}
    assert {*found} == {'left', 'right'}
    assert max(found, key=found.get) == answer
    assert sum(found.values()) == pytest.approx(1)
    start, end = (float(each) for each in seconds.split()[:3:2])
    assert 0 <= start <= end <= 4 and seconds.endswith(' of 4.0')
    with Image.open(picture) as image:
        assert image.width == 2000
    with AnyVideo(Path(clip)).open() as reader:
        assert reader.duration == pytest.approx(max(end - start, .5), abs=.11)
        (image, *_), _ = reader.read(np.array([0]))
    assert square_position(image) == pytest.approx(start / 4, abs=.05)


@needs_gradio
def test_a_question_alone_is_grounded(ask):
    answer, seconds, scores, *_ = ask('what moves ?')
    assert answer == 'no choices were given' and not scores.get('confidences')
    assert seconds.endswith(' of 4.0')


@needs_gradio
@pytest.mark.parametrize('question, choices, without, words', [
    ('why ?', '', True, 'the video: found none'),
    (' ', '', False, 'expected a question'),
    ('why ?', 'one', False, 'two or more'),
    ('why ?', '<b>\n<b>', False, "'&lt;b&gt;' twice")])
def test_bad_input_is_one_line(ask, question, choices, without, words):
    from gradio_client.exceptions import AppError
    with pytest.raises(AppError) as refused:
        ask(question, choices, *[None] * without)
    assert words in str(refused.value) and '\n' not in str(refused.value)


@needs_gradio
def test_what_is_no_video_is_refused(ask, tmp_path):
    from gradio_client.exceptions import AppError
    (tmp_path / 'no.mp4').write_text('no video')
    with pytest.raises(AppError, match='a video that cannot be read'):
        ask('why ?', file=tmp_path / 'no.mp4')


@needs_gradio
def test_this_machine_alone_is_listened_to(port):
    with open('/proc/net/tcp') as lines:
        rows = [line.split() for line in lines]
    listening = [row[1] for row in rows if row[3] == '0A'
                 and row[1].endswith(f':{port:04X}')]
    assert listening == [f'0100007F:{port:04X}']


@needs_gradio
@pytest.mark.skipif(find_chromium() is None, reason='no Chromium is '
                    'installed: apt-get install chromium')
def test_a_person_asks_in_the_browser(port, video, tmp_path):
    url = f'http://127.0.0.1:{port}/'
    with Chromium(tmp_path / 'profile', (1200, 1600)) as page:
        page.open(url)
        page.wait('document.querySelectorAll("textarea, input[type=text]")'
                  '.length >= 2 && !!document.querySelector('
                  '"input[type=file]")')
        root = page.send('DOM.getDocument')['root']['nodeId']
        chooser = page.send('DOM.querySelector', nodeId=root,
                            selector='input[type=file]')['nodeId']
        page.send('DOM.setFileInputFiles', nodeId=chooser, files=[str(video)])
        page.wait('!!document.querySelector("video")')
        for label, text in (('Question', 'where does it go ?'),
                            ('Choices', 'left\nright')):
            page.run('[...document.querySelectorAll("label")].find((each) =>'
                     f' each.innerText.startsWith("{label}"))'
                     '.querySelector("textarea, input").focus()')
            page.send('Input.insertText', text=text)
        page.run('[...document.querySelectorAll("button")].find((each) => '
                 'each.innerText.trim() === "Ask").click()')
        answer = page.wait(
            '[...document.querySelectorAll("label")].find((each) => '
            'each.innerText.startsWith("Answer")).querySelector('
            '"textarea, input").value')
        assert answer in ('left', 'right')
        page.wait('[...document.images].some((each) => '
                  'each.naturalWidth === 2000)')
        page.wait('[...document.querySelectorAll("video")].filter((each) => '
                  'each.readyState >= 2 && !each.error).length >= 1')
        picture = page.screenshot()
        # Gradio itself warns of what a browser lacks.
        assert not [each for each in page.faults
                    if each.get('type') != 'warning']
        elsewhere = [each for each in page.requests
                     if not each.startswith((url, 'blob:', 'data:'))]
        assert not elsewhere
    (tmp_path / 'seen.png').write_bytes(picture)


@pytest.mark.parametrize('arguments, words', [
    (('--port', 0), '--port: found 0; expected 1 to 65535'),
    (('--port', 'TAKEN'), 'no place to listen at'),
    (('--host', 'no.such.host.invalid'), 'no place to listen at'),
    (('--checkpoint', 'k.pth'), 'pass --config FILE'),
    (('--config', 'none.py', '--port', 'FREE'), 'none.py')])
def test_what_cannot_be_served(run_here, monkeypatch, arguments, words):
    monkeypatch.setattr(app, 'find_spec', lambda name: name)
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        taken = listener.getsockname()[1]
        ports = {'TAKEN': taken, 'FREE': free_port()}
        status, _, errors = run_here('app.py', *(
            ports.get(each, each) for each in arguments))
    *_, last = errors.splitlines()
    assert status == 2 and last.startswith('error: ') and words in last


def test_without_gradio(run_here, monkeypatch):
    monkeypatch.setattr(app, 'find_spec', lambda name: None)
    status, _, errors = run_here('app.py')
    assert status == 2 and "pip install -e '.[app]'" in errors

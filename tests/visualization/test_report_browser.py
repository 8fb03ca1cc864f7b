"""The page of results as somebody sees it, in headless Chromium."""

import io

import numpy as np
import pytest
from PIL import Image

from cra_plugin.apis.write_report import write_report
from tests.helpers.browsed_questions import (
    HOSTILE,
    NUM_QUESTIONS,
    ODD_VIDEO,
    write_browsed_questions,
)
from tests.helpers.chromium import Chromium, find_chromium

CARDS = '[...document.querySelectorAll(".card")]'
KEYS = f'{CARDS}.map((card) => card.id.replace("question-", ""))'
COUNT = 'parseInt(document.getElementById("count").textContent)'
PLOT = '.card .plot'


@pytest.fixture(scope='module')
def folder(tmp_path_factory, real_clips):
    folder = write_browsed_questions(tmp_path_factory.mktemp('page'),
                                     real_clips)
    (folder / 'pages').mkdir()
    write_report(folder / 'p.json', folder, 'val', folder / 'pages/r.html',
                 videos=folder / 'videos', overwrite=True)
    write_report(folder / 'p.json', folder, 'val', folder / 'weights.html',
                 attention=folder / 'w.json')
    return folder


@pytest.fixture(scope='module')
def browser(tmp_path_factory):
    if find_chromium() is None:
        pytest.skip('no Chromium is installed: apt-get install chromium')
    with Chromium(tmp_path_factory.mktemp('profile')) as browser:
        yield browser


@pytest.fixture
def page(browser, folder):
    """The page with videos; nothing may go wrong on it or leave it."""

    def open_page(name='pages/r.html'):
        browser.faults.clear()
        browser.requests.clear()
        # Else the same page would not be loaded again.
        browser.open('about:blank')
        browser.open((folder / name).as_uri())
        browser.wait(f'{CARDS}.length')
        return browser

    yield open_page
    assert browser.run('window.hacked') is None
    assert browser.faults == []
    # Chromium draws its own controls from data.
    assert {url for url in browser.requests if not url.startswith(
        (folder.as_uri(), 'about:', 'data:'))} == set()


def press(browser, selector, times=1):
    for _ in range(times):
        browser.run(f'document.querySelector({selector!r}).click()')


def enter(browser, name, value, event):
    browser.run(f"""{{const field = document.getElementById({name!r});
        field.value = {value!r};
        field.dispatchEvent(new Event({event!r})); }}""")


def test_texts_of_files_are_shown_and_do_nothing_else(page):
    browser = page()
    text = f'{CARDS}[1].querySelector("h3").textContent'
    assert browser.run(text) == f'what is number 1 about{HOSTILE}'
    assert browser.run(f'{CARDS}[0].querySelectorAll("i, b").length') == 0
    assert browser.run(f'{CARDS}[2].querySelector(".meta").textContent'
                       ) == f'broken_2 · {HOSTILE}'
    table = browser.run('document.querySelector(".summary").textContent')
    assert HOSTILE in table and 'CW (causal, why)' in table


def test_filters_of_outcome_and_type(page):
    browser = page()
    assert browser.run(COUNT) == NUM_QUESTIONS
    counts = browser.run('[...document.querySelectorAll("#outcomes button")]'
                         '.map((button) => button.textContent)')
    # Every sixth is right and grounded, and the ninth has no span.
    assert counts == ['8', '16', '7', '17']
    press(browser, '#outcomes button')
    assert browser.run(KEYS) == [
        f'{("bikes", "x", "broken")[number % 4]}_{number}'
        for number in range(0, NUM_QUESTIONS, 6)]
    press(browser, '#types button[data-value="TN"]')
    assert browser.run(COUNT) == 0
    assert 'No question is left' in browser.run(
        'document.getElementById("cards").textContent')
    press(browser, '#types button[data-value="CW"]')
    assert browser.run(COUNT) == 8
    press(browser, '#clear')
    assert browser.run(COUNT) == NUM_QUESTIONS
    assert not browser.run(
        'document.querySelector("[aria-pressed=true]") !== null')


@pytest.mark.parametrize(('words', 'found'), [
    ('NUMBER 17', [f'{ODD_VIDEO}_17']), ('bikes_8', ['bikes_8']),
    ('window.hacked', [f'{ODD_VIDEO}_1']), ('number 17 bikes', [])])
def test_search(page, words, found):
    browser = page()
    enter(browser, 'search', words, 'input')
    assert browser.run(KEYS) == found


def test_sorting_and_pages(page):
    browser = page()
    enter(browser, 'order', 'up', 'change')
    # Without a span, then with a prediction that is missing, then beside.
    lowest = browser.run(KEYS)
    assert len(lowest) == 20 and f'{ODD_VIDEO}_9' in lowest
    enter(browser, 'order', 'down', 'change')
    highest = browser.run(KEYS)
    assert [int(key.split('_')[-1]) for key in highest[:5]] == [
        0, 3, 6, 12, 15]
    press(browser, '[data-step="1"]', 2)
    assert browser.run(f'{CARDS}.length') == NUM_QUESTIONS - 40
    assert browser.run(
        'document.querySelector("[data-step=\\"1\\"]").disabled')
    enter(browser, 'page', '1', 'change')
    assert browser.run(KEYS) == highest
    enter(browser, 'page', '99', 'change')
    assert browser.run('document.getElementById("page").value') == '3'


@pytest.mark.parametrize('number', [0, 1])
def test_a_click_on_the_timeline_seeks(page, number):
    browser = page()
    media = f'{CARDS}[{number}].querySelector("video")'
    browser.wait(f'{media}.readyState > 0')
    browser.run(f'{CARDS}[{number}].scrollIntoView()')
    box = browser.run(f"""{{const box = {CARDS}[{number}].querySelector(
        ".plot").getBoundingClientRect();
        [box.left, box.top, box.width]; }}""")
    browser.click(box[0] + .7 * box[2], box[1] + 20)
    browser.wait(f'!{media}.seeking && {media}.currentTime > 0')
    assert browser.run(f'{media}.currentTime') == pytest.approx(7, abs=.1)
    head = f'{CARDS}[{number}].querySelector(".playhead").style.left'
    assert float(browser.run(head)[:-1]) == pytest.approx(70, abs=1)


def test_the_timeline_is_used_by_keyboard(page):
    browser = page()
    media = f'{CARDS}[0].querySelector("video")'
    browser.wait(f'{media}.readyState > 0')
    browser.run(f'{CARDS}[0].querySelector(".label button").focus()')
    browser.press('Enter', '\r')
    browser.wait(f'{media}.currentTime === 2')
    browser.run(f'{CARDS}[0].querySelector(".plot").focus()')
    for key, seconds in (('ArrowRight', 3), ('Home', 0), ('End', 10)):
        browser.press(key)
        browser.wait(f'Math.abs({media}.currentTime - {seconds}) < .2')
    browser.wait(f'{CARDS}[0].querySelector(".plot").getAttribute('
                 '"aria-valuetext") === "10.0 seconds"')


def test_videos_that_cannot_be_played(page):
    browser = page()
    browser.wait(f'{CARDS}[2].querySelector("video") === null')
    assert 'cannot play ../videos/deep/broken.mp4' in browser.run(
        f'{CARDS}[2].querySelector(".player").textContent')
    assert browser.run(f'{CARDS}[3].querySelector(".player")') is None


def test_a_decoder_is_chosen(page):
    browser = page('weights.html')
    grounded = 'document.querySelector("#outcomes button").textContent'
    # All spans but that of the last question lie in the truth.
    assert browser.run(grounded) == '24'
    assert browser.run(
        'document.getElementById("decoder").selectedOptions[0].text'
    ) == 'adaptive'
    enter(browser, 'decoder', '0', 'change')
    # 1.2 to 7.5 s, of which 2 to 6 s are the truth, where it was 3.1 to 5.6.
    assert browser.run(f'{CARDS}[1].querySelector(".value.main").innerText'
                       ).split('\n') == ['1.3 to 7.5 s', 'IoP 0.64',
                                         'IoU 0.64']
    enter(browser, 'order', 'up', 'change')
    assert browser.run(KEYS)[:2] == ['absent_47', f'{ODD_VIDEO}_1']


def test_what_is_seen(page):
    browser = page('weights.html')
    assert browser.run('document.documentElement.scrollWidth') <= 1200
    # 8 weights, the truth and its shade, three spans.
    assert browser.run(
        f'{CARDS}[1].querySelectorAll(".plot rect").length') == 13
    browser.run(f'{CARDS}[1].scrollIntoView()')
    with Image.open(io.BytesIO(browser.screenshot())) as picture:
        pixels = np.asarray(picture.convert('RGB')).reshape(-1, 3)
    for color in ('E69F00', '009E73', '56B4E9', '0072B2', 'CC79A7'):
        wanted = tuple(bytes.fromhex(color))
        assert (pixels == wanted).all(1).sum() > 100, color

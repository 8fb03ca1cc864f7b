import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from cra_plugin.evaluation.report import build_report
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.visualization.report_page import render_report_page

HOSTILE = '</script></table><img src=x onerror=alert(1)>&lt;"\''


class Tags(HTMLParser):
    """The elements of a page, and what stands in its scripts."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts = [('', {})], {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        name = self.found[-1][1].get('id') or self.found[-1][0]
        # What follows an element's end does not count.
        self.texts.setdefault(name, data)


@pytest.fixture
def render():
    def render_page(text='why', answers=True):
        question = VideoQuestion('v', '0', text, (text, 'b'), 1, text,
                                 ((2., 6.), ), 20.)
        report = build_report(
            [question], np.array([1]) if answers else None,
            {text: np.array([[2., 4.]])}, text)
        return render_report_page(text, report, {'text': text})

    return render_page


def test_nothing_of_a_file_is_markup(render):
    plain, hostile = Tags(render()), Tags(render(HOSTILE))
    names = [[tag for tag, _ in page.found] for page in (plain, hostile)]
    assert names[0] == names[1] and 'img' not in names[1]
    assert json.loads(hostile.texts['data']) == {'text': HOSTILE}
    assert hostile.texts['title'] == hostile.texts['h1'].strip() == HOSTILE


def test_the_page_loads_nothing_and_runs_its_own_script_alone(render):
    page = Tags(render())
    for _, attributes in page.found:
        assert not {'src', 'href', 'srcset', 'style', 'onclick'} & {
            *attributes}
    policy = next(attributes['content'] for _, attributes in page.found
                  if 'http-equiv' in attributes)
    assert policy.startswith("default-src 'none'; ")
    for name in ('script', 'style'):
        digest, = re.findall(rf"{name}-src 'sha256-(\S+?)'", policy)
        assert base64.b64decode(digest) == hashlib.sha256(
            page.texts[name].encode()).digest()


def test_the_table_is_that_of_the_report(render):
    text = re.sub(r'<[^>]+>', ' ', render('spans')).split()
    assert text[text.index('Acc@GQA') - 1] == 'percent'
    row = text[text.index('middle_third'):]
    # A third of 20 s from 6.7 s on is beside the truth, 2 to 6 s.
    assert row[1:5] == ['0.0', '100.0', '0.0', '0.0']
    assert 'not computed' not in render()
    assert 'no answers are predicted' in render(answers=False)

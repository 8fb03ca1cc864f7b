"""A small NExT-GQA split that tests break in one place at a time."""

import csv
import json
from pathlib import Path

import pytest

COLUMNS = ('video_id', 'frame_count', 'width', 'height', 'question', 'answer',
           'qid', 'type', 'a0', 'a1', 'a2', 'a3', 'a4')


class Split:
    """The contents of the files of one split, written by ``write``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.columns = list(COLUMNS)
        self.rows = [
            ['v1', '90', '64', '48', 'why does he run, then', 'late', '0',
             'CW', 'early', 'late', 'late', 'hungry', 'bored'],
            ['v1', '90', '64', '48', 'what is next', 'sit', '10', 'TN', 'sit',
             'stand', 'run', 'jump', 'fall'],
            ['v2', '60', '64', '48', 'how does he eat', 'spoon', '0', 'CH',
             'hand', 'fork', 'knife', 'chopsticks', 'spoon'],
        ]
        self.spans = {
            'v1': {'duration': 30, 'fps': 30.0,
                   'location': {'0': [[1, 2.5], [4.0, 30.4]],
                                '10': [[-0.2, 3.0]]}},
            'v2': {'duration': 20, 'fps': 30.0,
                   'location': {'0': [[5.0, 5.0]]}},
        }
        self.times = {'v1': [0.5, 10.5, 10.5, 30.6], 'v2': [1, 2, 3, 4]}
        self.paraphrases = {
            'v1_0': {'ori': 'why does he run, then', 'gen': ['why run?']},
            'elsewhere_3': {'ori': 'x', 'gen': ['y']},
        }

    def write(self, split: str = 'val') -> Path:
        with open(self.folder / f'{split}.csv', 'w', newline='',
                  encoding='utf-8') as file:
            csv.writer(file).writerows([self.columns, *self.rows])
        for name, content in ((f'gsub_{split}', self.spans),
                              (f'frame2time_{split}', self.times),
                              (f'{split}_gpt4_sub', self.paraphrases)):
            (self.folder / f'{name}.json').write_text(json.dumps(content))
        return self.folder


@pytest.fixture
def split(tmp_path: Path) -> Split:
    return Split(tmp_path)

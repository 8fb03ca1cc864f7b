"""A tiny split of NExT-GQA's format, and a tiny tokenizer."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

NUM_FRAMES, WIDTH = 8, 6
VERBS = ('run', 'jump', 'sit', 'wave', 'sing', 'sleep')
NOUNS = ('man', 'dog', 'baby', 'cat')
COLUMNS = [
    'video_id', 'frame_count', 'width', 'height', 'question', 'answer', 'qid',
    'type', *(f'a{index}' for index in range(5))
]


def split_rows():
    """Six videos of four questions, all distinct."""
    for video, verb in enumerate(VERBS):
        for qid, noun in enumerate(NOUNS):
            choices = [f'{other} {noun}' for other in VERBS[:5]]
            yield {
                'video_id': f'v{video}', 'frame_count': 80, 'width': 4,
                'height': 3, 'question': f'why does the {noun} {verb}',
                'answer': choices[(video + qid) % 5], 'qid': qid,
                'type': ('CW', 'CH', 'TN', 'TC')[qid],
                **{f'a{i}': choice for i, choice in enumerate(choices)}
            }


def write_features(path, video_ids, key='CLIPL_I', shape=(NUM_FRAMES, WIDTH)):
    """Write random frame features."""
    rng = np.random.default_rng(0)
    with h5py.File(path, 'w') as file:
        file['vid'] = [video_id.encode() for video_id in video_ids]
        file[key] = rng.normal(
            size=(len(video_ids), *shape)).astype(np.float32)


@pytest.fixture
def split(tmp_path):
    """Files of the tiny split and the dataset arguments that name them."""
    with open(tmp_path / 'train.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(split_rows())
    videos = [f'v{index}' for index in range(len(VERBS))]
    spans = {
        video: {'duration': 16.0, 'fps': 5,
                'location': {str(qid): [[1, 4]] for qid in range(4)}}
        for video in videos}
    times = {video: list(range(1, NUM_FRAMES + 1)) for video in videos}
    paraphrases = {
        f'{row["video_id"]}_{row["qid"]}': {
            'ori': row['question'],
            'gen': [f'For what reason: {row["question"]} {n}?'
                    for n in range(2)]}
        for row in split_rows() if row['qid'] < 3}
    for name, content in (('spans', spans), ('times', times),
                          ('paraphrases', paraphrases)):
        (tmp_path / f'{name}.json').write_text(json.dumps(content))
    write_features(tmp_path / 'features.h5', videos)
    return SimpleNamespace(folder=tmp_path, videos=videos, arguments={
        'ann_file': 'train.csv', 'data_root': str(tmp_path),
        'paraphrase_file': 'paraphrases.json',
        'features': {'path': 'features.h5'}})


def build_tokenizer(texts, **special_tokens):
    """Build a word tokenizer that, as RoBERTa's, tells ``a`` from `` a``."""
    split_words = pre_tokenizers.Split(' ', 'merged_with_next')
    words = dict.fromkeys(
        word for text in texts for t in (text, f' {text}')
        for word, _ in split_words.pre_tokenize_str(t))
    vocabulary = ['<s>', '<pad>', '</s>', '<unk>', *words]
    tokenizer = Tokenizer(
        models.WordLevel({w: i for i, w in enumerate(vocabulary)}, '<unk>'))
    tokenizer.pre_tokenizer = split_words
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token='<unk>', **special_tokens)


@pytest.fixture
def make_tokenizer():
    """Build a tokenizer from texts and special tokens."""
    return build_tokenizer


@pytest.fixture
def make_features():
    """Write a feature file."""
    return write_features


@pytest.fixture(scope='session')
def tokenizer_folder(tmp_path_factory) -> Path:
    """A saved tokenizer of the words of the tiny split."""
    texts = [text for row in split_rows()
             for text in (row['question'], *(row[f'a{i}'] for i in range(5)))]
    tokenizer = build_tokenizer(
        texts, cls_token='<s>', sep_token='</s>', pad_token='<pad>')
    folder = tmp_path_factory.mktemp('tokenizer')
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def pipeline(tokenizer_folder):
    """The training pipeline, written as configs write it."""
    return [
        {'type': 'cra_plugin.SampleFeatureFrames', 'num_frames': 4},
        {'type': 'cra_plugin.Paraphrase', 'prob': 0.5},
        {'type': 'cra_plugin.RedrawChoices', 'prob': 0.5},
        {'type': 'cra_plugin.DrawQuestionNegatives', 'same_video_prob': 0.5},
        {'type': 'cra_plugin.TokenizeText', 'max_length': 16,
         'tokenizer': str(tokenizer_folder)},
        {'type': 'cra_plugin.PackVideoQGInputs'},
    ]

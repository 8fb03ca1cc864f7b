"""Generated files in the official format of STAR."""

import json

import numpy as np

from cra_plugin.datasets.features.feature_file import write_feature_file

TYPES = ('Interaction', 'Sequence', 'Prediction', 'Feasibility')
VERBS = ('held', 'opened', 'washed', 'took', 'threw', 'tidied up', 'sat on')
THINGS = ('the towel', 'the bag', 'the door', 'the laptop', 'the dish',
          'the blanket', 'the shoe', 'the phone', 'the book', 'the window')
ASKED = {
    'Interaction': 'Which object was {verb} by the person near {thing}?',
    'Sequence': 'What happened after the person {verb} {thing}?',
    'Prediction': 'What will follow once {thing} is {verb}?',
    'Feasibility': 'What else can be {verb} beside {thing}?'}


def star_entries(size, num_videos=None, seed=0, answers=True):
    """Entries of a split, the four types in turn, two questions per video."""
    rng = np.random.default_rng(seed)
    num_videos = num_videos or max(1, size // 2)
    entries = []
    for number in range(size):
        kind = TYPES[number % 4]
        chosen = rng.choice(len(THINGS), 5, replace=False)
        start, end = np.sort(rng.uniform(0, 20, 2)).round(1).tolist()
        texts = [f'{THINGS[each].capitalize()}.' for each in chosen[:4]]
        entry = {
            'question_id': f'{kind}_T{1 + number % 6}_{number}',
            'question': ASKED[kind].format(
                verb=VERBS[rng.integers(len(VERBS))],
                thing=THINGS[chosen[4]]),
            'video_id': f'S{seed}X{number % num_videos:03}',
            'start': start, 'end': end,
            'answer': texts[rng.integers(4)],
            'question_program': [{'function': 'Situations',
                                  'value_input': []}],
            'choices': [{'choice_id': index, 'choice': text,
                         'choice_program': []}
                        for index, text in enumerate(texts)],
            'situations': {'000001': {'rel_pairs': [], 'actions': ['a001']}}}
        if not answers:
            del entry['answer']
        entries.append(entry)
    return entries


def video_metadata(entries, seed=0):
    """What a probe would find of the videos of the entries."""
    rng = np.random.default_rng(seed)
    return {video_id: {'duration': round(float(rng.uniform(21, 40)), 2),
                       'fps': 30.0}
            for video_id in dict.fromkeys(e['video_id'] for e in entries)}


def write_star(folder, size=40, num_frames=8, width=12):
    """Three splits, the test split without answers, with features."""
    metadata = {}
    for seed, split in enumerate(('train', 'val', 'test')):
        entries = star_entries(size, seed=seed, answers=split != 'test')
        (folder / f'STAR_{split}.json').write_text(json.dumps(entries))
        metadata |= video_metadata(entries, seed)
        video_ids = list(dict.fromkeys(e['video_id'] for e in entries))
        frames = np.random.default_rng(seed).normal(
            size=(len(video_ids), num_frames, width)).astype(np.float32)
        write_feature_file(folder / f'features_{split}.h5',
                           zip(video_ids, frames), frames.shape)
    (folder / 'STAR_videos.json').write_text(json.dumps(metadata))
    return folder

import copy
import pickle

import numpy as np
import torch

from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion

QUESTION = VideoQuestion('v_1', '7', 'why', ('a', 'b'), 1, 'CW',
                         ((1., 2.), ), 9.)


def make_sample():
    sample = VideoQGDataSample.from_question(QUESTION, np.arange(3.), 4)
    sample.pred_scores = torch.ones(2)
    return sample


def test_the_question_travels_whole():
    sample = make_sample()
    # The preprocessor moves samples, mmengine's evaluator makes dicts.
    for carried in (sample, sample.to('cpu'), copy.deepcopy(sample)):
        assert carried.to_dict()['question_info'] is QUESTION
    sent = pickle.loads(pickle.dumps(sample))
    assert sent.question_info == QUESTION
    assert sent.gt_question == 4 and sent.frame_times.tolist() == [0, 1, 2]


def test_what_is_known_of_the_question_is_read_from_it():
    sample = make_sample()
    assert (sample.key, sample.video_id, sample.choices, sample.gt_answer,
            sample.duration) == ('v_1_7', 'v_1', ('a', 'b'), 1, 9.)
    # Nothing of it is kept a second time.
    assert set(sample.metainfo) == {'question_info', 'gt_question',
                                    'frame_times'}

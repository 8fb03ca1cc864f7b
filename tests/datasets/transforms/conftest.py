"""One sample, as the dataset hands it to the pipeline."""

import numpy as np
import pytest

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.structures.video_question import VideoQuestion


def make_question(video, qid):
    choices = tuple(f'answer {(qid + n) % 7}' for n in range(5))
    return VideoQuestion(f'v{video}', str(qid), f'why thing {video} {qid}',
                         choices, qid % 5, 'CW', ((1., 2.), ), 9.)


@pytest.fixture
def make_sample():
    """Make a sample of the first question of a small corpus."""
    questions = [make_question(v, q) for v in range(4) for q in range(4)]
    corpus = QuestionCorpus(questions, {'v0_0': ('reworded', 'again')})

    def build(seed=0, question=questions[0]):
        return {
            'question_info': question, 'question': question.question,
            'choices': list(question.choices), 'gt_answer': question.answer,
            'corpus': corpus, 'rng': np.random.default_rng(seed),
            'frames': np.arange(18, dtype=np.float32).reshape(9, 2),
            'frame_times': np.arange(9) + .5}

    build.questions = questions
    return build

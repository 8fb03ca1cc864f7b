import numpy as np
import pytest

from cra_plugin.datasets.question_corpus import QuestionCorpus
from cra_plugin.errors import InputError
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.text_forms import comparable

CHOICES = ('a', 'b', 'c', 'd', 'e')


def make(video, qid, question, answer=0, choices=CHOICES, type='CW'):
    return VideoQuestion(video, str(qid), question, choices, answer, type)


def random_corpus(rng, num_questions=40):
    """Few words, so that questions and paraphrases collide often."""

    def text():
        words = [str(rng.choice(['who', 'is', 'Here', 'now']))
                 for _ in range(rng.integers(1, 4))]
        return ' '.join(words) + str(rng.choice(['', '?', ' ?']))

    questions = [
        make(f'v{rng.integers(8)}', qid, text(),
             type=str(rng.choice(['CW', 'TN', 'DO'])))
        for qid in range(num_questions)]
    paraphrases = {
        question.key: tuple(text() for _ in range(rng.integers(1, 3)))
        for question in questions if rng.random() < .2}
    return questions, paraphrases


def ask_the_same(text, questions, paraphrases):
    """All texts that a chain of paraphrases links to ``text``, slowly."""
    same, before = {comparable(text)}, set()
    while same != before:
        before = set(same)
        for question in questions:
            group = {comparable(t) for t in (
                question.question, *paraphrases.get(question.key, ()))}
            if group & same:
                same |= group
    return same


def test_negatives_never_ask_the_same():
    rng = np.random.default_rng(0)
    drawn = 0
    for _ in range(40):
        questions, paraphrases = random_corpus(rng)
        corpus = QuestionCorpus(questions, paraphrases)
        for question in questions[:15]:
            shown = str(rng.choice(
                [question.question, *paraphrases.get(question.key, ())]))
            same = ask_the_same(shown, questions, paraphrases)
            there = {comparable(q.question) for q in questions} - same
            number = int(rng.integers(0, len(there) + 1))
            negatives = [comparable(text) for text in
                         corpus.draw_negatives(rng, question, shown, number,
                                               bool(rng.random() < .5))]
            assert len(negatives) == len(set(negatives)) == number
            assert set(negatives) <= there
            drawn += number
    assert drawn > 500


def test_negatives_of_the_video_first_then_of_others():
    questions = [make('v', 0, 'q0'), make('v', 1, 'q1'), make('v', 2, 'q2'),
                 *(make('w', n, f'o{n}') for n in range(9))]
    corpus = QuestionCorpus(questions)
    rng = np.random.default_rng(0)
    for _ in range(20):
        drawn = corpus.draw_negatives(rng, questions[0], 'q0', 2, True)
        assert set(drawn) == {'q1', 'q2'}
        drawn = corpus.draw_negatives(rng, questions[0], 'q0', 4, True)
        assert set(drawn[:2]) == {'q1', 'q2'}
        assert {text[0] for text in drawn[2:]} == {'o'}


def test_negatives_of_the_type_group_first_then_all():
    questions = [make('v', 0, 'q0', type='CW'), make('w', 1, 'q1', type='CH'),
                 make('w', 2, 'q2', type='CW'), make('w', 3, 't3', type='TN'),
                 make('w', 4, 't4', type='TC')]
    corpus = QuestionCorpus(questions)
    rng = np.random.default_rng(0)
    for _ in range(20):
        drawn = corpus.draw_negatives(rng, questions[0], 'q0', 2)
        assert set(drawn) == {'q1', 'q2'}
        drawn = corpus.draw_negatives(rng, questions[0], 'q0', 4)
        assert set(drawn[2:]) == {'t3', 't4'}


def test_negatives_are_uniform():
    questions = [make('v', n, f'q{n}') for n in range(6)]
    corpus = QuestionCorpus(questions)
    rng = np.random.default_rng(0)
    counts = dict.fromkeys([f'q{n}' for n in range(1, 6)], 0)
    for _ in range(3000):
        for text in corpus.draw_negatives(rng, questions[0], 'Q0 ?', 2):
            counts[text] += 1
    assert all(abs(count - 1200) < 150 for count in counts.values())


def test_too_few_questions():
    corpus = QuestionCorpus([make('v', 0, 'q0'), make('w', 0, 'q1')])
    with pytest.raises(InputError, match='v_0: found 1 other questions'):
        corpus.draw_negatives(np.random.default_rng(0), make('v', 0, 'q0'),
                              'q0', 4)


def answers_corpus():
    questions = [make('v', n, f'how many dogs {n}', choices=(str(n), 'x', 'y'))
                 for n in range(5)]
    questions += [make('w', n, f'how did {n}', choices=(w, 'x', 'y'))
                  for n, w in enumerate(['well', 'Well', 'badly'])]
    questions += [make('u', n, 'who', choices=(w, 'x', 'y'))
                  for n, w in enumerate(['man', 'dog'])]
    return QuestionCorpus(questions)


@pytest.mark.parametrize(('question', 'answer', 'allowed'), [
    ('how many cats', '3', set('0124')),
    ('How many cats?', 'seven', set('01234')),
    # two distinct answers are too few for three choices: all of "how"
    ('how did he', 'well', set('01234') | {'badly'}),
    ('how is it', 'fine', set('01234') | {'well', 'badly'}),
    ('who', 'man', set('01234') | {'well', 'badly', 'dog'}),
    ('where', 'here', set('01234') | {'well', 'badly', 'man', 'dog'}),
])
def test_wrong_answers_come_from_the_group(question, answer, allowed):
    corpus, rng = answers_corpus(), np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        drawn = corpus.draw_wrong_answers(rng, question, answer, 2)
        assert len(set(drawn)) == 2
        seen |= set(drawn)
    assert seen == allowed


def test_too_few_answers_and_hidden_answers():
    rng = np.random.default_rng(0)
    corpus = QuestionCorpus([make('v', 0, 'q', 1), make('v', 1, 'q', None)])
    assert corpus.draw_wrong_answers(rng, 'q', 'a', 4) == []
    assert QuestionCorpus([]).draw_wrong_answers(rng, 'q', 'a', 4) == []


def test_texts():
    questions = [make('v', 0, 'Why?'), make('w', 1, 'Why?'),
                 make('w', 2, 'why', choices=('f', 'a'))]
    corpus = QuestionCorpus(questions, {'w_1': ['how come'], 'z_9': ['no']})
    assert len(corpus) == 1
    assert corpus.question_texts() == ['Why?', 'why', 'how come']
    assert corpus.choice_texts() == ['a', 'b', 'c', 'd', 'e', 'f']
    assert corpus.paraphrases_of(questions[1]) == ('how come', )
    assert corpus.paraphrases_of(questions[0]) == ()

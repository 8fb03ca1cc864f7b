import pytest

from cra_plugin.errors import InputError
from cra_plugin.evaluation.coverage import cover_questions


@pytest.fixture
def questions(question):
    return [question(qid=str(index)) for index in range(6)]


def test_full_predictions_warn_of_nothing(questions, caplog):
    keys = {q.key for q in questions}
    coverage = cover_questions(questions, (keys, keys))
    assert coverage.questions == questions
    assert (coverage.num_missing, coverage.num_unknown) == (0, 0)
    assert caplog.text == ''


@pytest.mark.parametrize('rule, kept', [('wrong', 6), ('skip', 1)])
def test_missing_questions_are_counted_and_named(questions, caplog, rule,
                                                 kept):
    answers = ['v1_1', 'v1_3', 'x_0']
    spans = ['v1_1', 'v1_2', 'x_0', 'x_1']
    coverage = cover_questions(questions, (answers, spans), rule)
    assert len(coverage.questions) == kept
    assert (coverage.num_missing, coverage.num_unknown) == (5, 2)
    missing, unknown = caplog.messages
    assert missing.startswith('warning: 5 questions without a prediction')
    assert '(v1_0, v1_2, v1_3, and 2 more)' in missing
    assert unknown.endswith('without an annotation, ignored (x_0, x_1)')


def test_predictions_for_another_split_are_refused(questions):
    with pytest.raises(InputError, match=r'no annotated question \(x_0\)'):
        cover_questions(questions, (['x_0'], ['x_0']))
    with pytest.raises(InputError, match='keys as v1_0'):
        cover_questions(questions, (['v1_0'], ['v1_1']))


def test_the_rule_is_checked(questions):
    with pytest.raises(InputError, match="'drop'; expected one of wrong"):
        cover_questions(questions, (['v1_0'], ), 'drop')

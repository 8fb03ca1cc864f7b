"""Show by a question of the split what is read, for messages."""

from __future__ import annotations

from cra_plugin.evaluation.formats.prediction_record import Kind
from cra_plugin.evaluation.question_index import QuestionIndex

VALUES = {
    Kind.ANSWERS: ('prediction', '3', ('"D"', '{"prediction": 3}')),
    Kind.SPANS: ('span', '[2.0, 5.5]',
                 ('[[2.0, 5.5]]', '{"start": 2.0, "end": 5.5}')),
    Kind.ATTENTION: ('attention', '[0.1, 0.7, 0.2]',
                     ('{"attention": [0.1, 0.7, 0.2]}', )),
}


def show_examples(kind: Kind, questions: QuestionIndex) -> str:
    """Write what is read of a kind.

    Args:
        kind (Kind): What is wanted.
        questions (QuestionIndex): The questions of the split.

    Returns:
        str: Entries of a JSON object, of a list, and the columns of a csv.
    """
    video, qid = questions.example
    field, value, others = VALUES[kind]
    shown = ', '.join(f'{{"{video}_{qid}": {each}}}'
                      for each in (value, *others))
    return (f'{shown}, a list or JSON Lines of {{"video_id": "{video}", '
            f'"qid": "{qid}", "{field}": {value}}}, or a csv with the '
            f'columns video_id,qid,{field}')

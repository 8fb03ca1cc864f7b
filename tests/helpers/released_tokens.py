"""Token ids of a config's pipelines, and those of the released code."""

from functools import cache
from unittest import mock

from cra_plugin.datasets.transforms import tokenize_text
from cra_plugin.registry import TRANSFORMS
from cra_plugin.simulation.text_model import train_tokenizer

PAIR_TOKENS, QUESTION_TOKENS = 38, 30
QUESTION, CHOICE = 'why did he run', 'to win'
SPLITS = ('train', 'val', 'test')


@cache
def tokenizer():
    """A byte-level one, of which ``</s>`` is a special token."""
    return train_tokenizer([QUESTION, CHOICE], 280)


def filled(text, length):
    """The ids of a whole text with ``<s>`` and ``</s>``, filled up."""
    ids = tokenizer()(text)['input_ids']
    return ids + [tokenizer().pad_token_id] * (length - len(ids))


def expected_ids():
    """Of a pair, which is tokenized as one text, and of a question."""
    ids = ([filled(f'{QUESTION} </s> {CHOICE}', PAIR_TOKENS)],
           [filled(QUESTION, QUESTION_TOKENS)])
    return {f'{split}_ids': ids for split in SPLITS}


def pipeline_ids(config):
    """The same of each split's ``TokenizeText``."""
    return {f'{split}_ids': _ids_of(config[f'{split}_dataloader'])
            for split in SPLITS}


def _ids_of(loader):
    """Ids of the choices and of the candidate questions, as lists."""
    [step] = [each for each in loader.dataset.pipeline
              if each.type == 'cra_plugin.TokenizeText']
    with mock.patch.object(tokenize_text, 'load_tokenizer',
                           lambda _: tokenizer()):
        transform = TRANSFORMS.build(dict(step, tokenizer='made', cache=None))
    sample = transform({'question': QUESTION, 'choices': [CHOICE],
                        'candidate_questions': [QUESTION]})
    return (sample['choice_tokens'].tolist(),
            sample['question_tokens'].tolist())

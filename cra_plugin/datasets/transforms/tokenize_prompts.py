"""Turn a question and its choices into the prompts of CLIP."""

from __future__ import annotations

from string import Formatter
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.errors import InputError
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class TokenizePrompts(BaseTransform):
    """Tokenize a prompt per choice, and one of the question alone.

    What is past the context of the model is cut by open_clip's tokenizer,
    from the end.

    Required keys: ``question``, ``choices``. Added keys: ``choice_tokens``
    (M, L) int64, ``choice_mask`` (M, L) bool, True at tokens, and
    ``question_tokens`` and ``question_mask`` (1, L); ``candidate_questions``.

    Args:
        model (str, optional): Model of open_clip; it must be that of the
            model's text encoder: the tools fill it in. Defaults to None.
        choice_prompt (str): With ``{question}`` and ``{choice}``. Defaults
            to '{question} {choice}'.
        question_prompt (str): With ``{question}``. Defaults to
            '{question}'.

    Raises:
        InputError: If there is no model, or a prompt has other fields.
    """

    reads_question = True

    def __init__(self,
                 model: str | None = None,
                 choice_prompt: str = '{question} {choice}',
                 question_prompt: str = '{question}') -> None:
        where = type(self).__name__
        if not model:
            raise InputError('TokenizePrompts.model', f'{model!r}',
                             'a model of open_clip', 'set it to '
                             'model.text_encoder.model (tools fill it in)')
        check_fields(f'{where}.choice_prompt', choice_prompt, 'question',
                     'choice')
        check_fields(f'{where}.question_prompt', question_prompt, 'question')
        self.model = model
        self.choice_prompt = choice_prompt
        self.question_prompt = question_prompt
        # Takes seconds to import, and only prompts need it.
        from cra_plugin.pretrained.open_clip_config import (
            get_open_clip_tokenizer,
        )
        from cra_plugin.pretrained.open_clip_towers import local_model
        self._tokenizer = get_open_clip_tokenizer(local_model(model))

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Tokenize the texts of a sample.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its tokens and masks.
        """
        require_keys(results, self, 'question', 'choices')
        question = results['question']
        results['candidate_questions'] = [question]
        for name, texts in (
            ('choice', [self.choice_prompt.format(question=question,
                                                  choice=choice)
                        for choice in results['choices']]),
            ('question', [self.question_prompt.format(question=question)])):
            # open_clip refuses no text at all.
            tokens = self._tokenizer([*texts, ''])[:len(texts)].numpy()
            # Padding is 0, and so may a token be; the last one never is.
            length = tokens.shape[1] - (tokens[:, ::-1] != 0).argmax(1)
            results[f'{name}_tokens'] = tokens.astype(np.int64)
            results[f'{name}_mask'] = (
                np.arange(tokens.shape[1]) < length[:, None])
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(model={self.model!r}, '
                f'choice_prompt={self.choice_prompt!r}, '
                f'question_prompt={self.question_prompt!r})')


def check_fields(field: str, prompt: str, *allowed: str) -> None:
    """Refuse a prompt that nothing can be put into, or too much.

    Args:
        field (str): Where it is configured, for the message.
        prompt (str): A text with ``{name}`` in it.
        *allowed (str): The names that it may have.

    Raises:
        InputError: If it has none of them, or others.
    """
    try:
        fields = {each for _, each, _, _ in Formatter().parse(prompt)
                  if each is not None}
    except ValueError as error:
        fields = {str(error)}
    if not fields or not fields <= set(allowed):
        raise InputError(
            field, repr(prompt), 'a text with ' +
            ' or '.join(f'{{{each}}}' for each in allowed), 'correct it')

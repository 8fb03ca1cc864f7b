"""What the codes of NExT-QA's types of questions stand for."""

from __future__ import annotations

TYPE_NAMES = {
    'CW': 'causal, why',
    'CH': 'causal, how',
    'TP': 'temporal, before',
    'TC': 'temporal, meanwhile',
    'TN': 'temporal, after',
    'DC': 'descriptive, count',
    'DL': 'descriptive, place',
    'DO': 'descriptive, other',
}


def spell_out(code: str) -> str:
    """Write a type of question for people.

    Args:
        code (str): A type, such as ``'CW'``.

    Returns:
        str: The code and what it stands for; the type itself where it is
        none of NExT-QA's codes, as those of STAR, which are words.

    Examples:
        >>> spell_out('CW')
        'CW (causal, why)'
        >>> spell_out('Interaction')
        'Interaction'
    """
    name = TYPE_NAMES.get(code)
    return code if name is None else f'{code} ({name})'

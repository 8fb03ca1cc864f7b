"""The forms in which texts of questions are looked up and compared."""

from __future__ import annotations


def single_spaced(text: str) -> str:
    """Strip a text and make every white space in it one blank.

    Args:
        text (str): Any text.

    Returns:
        str: The text as it is parsed, encoded and looked up.
    """
    return ' '.join(text.split())


def comparable(text: str) -> str:
    """Bring a question or an answer into the form that is compared.

    Args:
        text (str): As annotated.

    Returns:
        str: Lower case, single spaces, no closing punctuation.

    Examples:
        >>> comparable(' What  is she doing ? ')
        'what is she doing'
    """
    return single_spaced(text.lower()).rstrip(' ?.!')

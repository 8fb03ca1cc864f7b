"""A number of things, in words."""


def counted(number: int, noun: str) -> str:
    """Write a number and what it counts.

    Args:
        number (int): How many.
        noun (str): What one of them is called.

    Returns:
        str: Such as ``'1 question'`` and ``'2 questions'``.
    """
    return f'{number} {noun}' if number == 1 else f'{number} {noun}s'

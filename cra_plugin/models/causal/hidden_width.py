"""The width inside a causal component."""

from __future__ import annotations

from cra_plugin.errors import InputError, describe


def hidden_width(field: str, hidden_dim: int | None, d_model: int) -> int:
    """Give the width of hidden layers.

    Args:
        field (str): The field that sets it, for errors.
        hidden_dim (int, optional): Its value.
        d_model (int): The width where it is None.

    Returns:
        int: The width.

    Raises:
        InputError: If it is no width.
    """
    if hidden_dim is None:
        return d_model
    if type(hidden_dim) is not int or hidden_dim < 1:
        raise InputError(field, describe(hidden_dim),
                         'None or a whole number of at least 1')
    return hidden_dim

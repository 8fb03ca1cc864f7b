"""What somebody who knows every word's vector sees in simulated frames.

Its scores say how hard a simulation is, and roughly what a model can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cra_plugin.simulation.word_vectors import text_vector

# Sharpens cosines, which seldom exceed 0.6, into weights of a few frames.
TEMPERATURE = 0.1


def question_frame_weights(
        frames: np.ndarray,
        question: str,
        look: Callable[[str, int], np.ndarray] = text_vector) -> np.ndarray:
    """Weigh the frames by how much they look like the question.

    Args:
        frames (np.ndarray): (T, D) frame features.
        question (str): The question.
        look (Callable): A text and D to what it looks like, (D,). Defaults
            to :func:`text_vector`.

    Returns:
        np.ndarray: (T,) distribution, the softmax of the cosines between the
        frames and the question's vector. The mean of the video is taken off
        first: it holds what does not change, such as the scene.
    """
    centered = frames - frames.mean(axis=0)
    query = look(question, frames.shape[1])
    norms = np.linalg.norm(centered, axis=1) * np.linalg.norm(query)
    cosines = centered @ query / np.maximum(norms, 1e-8)
    weights = np.exp((cosines - cosines.max()) / TEMPERATURE)
    probabilities: np.ndarray = weights / weights.sum()
    return probabilities


def oracle_answer(
        frames: np.ndarray,
        weights: np.ndarray,
        choices: Sequence[str],
        look: Callable[[str, int], np.ndarray] = text_vector) -> int:
    """Choose the answer that the weighted frames look like most.

    Args:
        frames (np.ndarray): (T, D) frame features.
        weights (np.ndarray): (T,) distribution over the frames.
        choices (Sequence[str]): The M candidate answers.
        look (Callable): As for :func:`question_frame_weights`.

    Returns:
        int: Index of the choice.
    """
    grounded = weights @ (frames - frames.mean(axis=0))
    vectors = np.stack(
        [look(choice, frames.shape[1]) for choice in choices])
    return int((vectors @ grounded).argmax())

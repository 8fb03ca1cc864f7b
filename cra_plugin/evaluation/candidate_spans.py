"""The predicted spans of all questions, however many each has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

# Spans that are laid out at a time, which bounds the memory.
BLOCK = 2**19


@dataclass(frozen=True)
class CandidateSpans:
    """Spans of N questions, one after another, without padding.

    Attributes:
        spans (np.ndarray): (M, 2) seconds: those of the first question, in
            the order of the file, then those of the second, and so on.
        counts (np.ndarray): (N,) how many spans each question has.
        confidences (np.ndarray): (M,) of each span, NaN where not known.
        segments (np.ndarray): (N,) bool, whether the format of the file has
            several spans for parts of one.
        alternatives (bool): Whether the best of a question's spans counts
            rather than all together. Defaults to False.
    """

    spans: np.ndarray
    counts: np.ndarray
    confidences: np.ndarray
    segments: np.ndarray
    alternatives: bool = False

    @classmethod
    def from_array(cls, spans: np.ndarray) -> CandidateSpans:
        """Take the spans of an array.

        Args:
            spans (np.ndarray): (N, 2) seconds, NaN where missing, or
                (N, S, 2) that count together, NaN at padding.

        Returns:
            CandidateSpans: The same spans.
        """
        rows = spans[:, None] if spans.ndim == 2 else spans
        present = ~np.isnan(rows[..., 0])
        kept = rows[present].astype(np.float64)
        return cls(kept, present.sum(1), np.full(len(kept), np.nan),
                   np.full(len(rows), spans.ndim == 3))

    @property
    def starts(self) -> np.ndarray:
        """(N,) the row of the first span of each question."""
        starts: np.ndarray = np.cumsum(self.counts) - self.counts
        return starts

    @property
    def owners(self) -> np.ndarray:
        """(M,) the question of each span."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @property
    def ranks(self) -> np.ndarray:
        """(M,) the place of each span among those of its question."""
        ranks: np.ndarray = (np.arange(len(self.spans))
                             - np.repeat(self.starts, self.counts))
        return ranks

    def first(self, size: int, chosen: np.ndarray | None = None
              ) -> CandidateSpans:
        """Keep the first spans of questions.

        Args:
            size (int): How many.
            chosen (np.ndarray, optional): (N,) bool, the questions of which
                others are left out. Defaults to None: all.

        Returns:
            CandidateSpans: The others are gone.
        """
        kept = self.ranks < size
        limits = np.full(len(self.counts), size)
        if chosen is not None:
            kept |= ~np.repeat(chosen, self.counts)
            limits[~chosen] = self.counts[~chosen]
        return replace(self, spans=self.spans[kept],
                       counts=np.minimum(self.counts, limits),
                       confidences=self.confidences[kept])

    def take(self, chosen: np.ndarray) -> CandidateSpans:
        """Keep some of the questions.

        Args:
            chosen (np.ndarray): (N,) bool.

        Returns:
            CandidateSpans: Theirs, in the same order.
        """
        kept = np.repeat(chosen, self.counts)
        return replace(self, spans=self.spans[kept],
                       counts=self.counts[chosen],
                       confidences=self.confidences[kept],
                       segments=self.segments[chosen])

    def by_confidence(self) -> CandidateSpans:
        """Put the most confident span of each question first.

        Returns:
            CandidateSpans: Equal confidences, and questions without any,
            keep the order of the file.
        """
        order = np.lexsort((self.ranks, -self.confidences, self.owners))
        return replace(self, spans=self.spans[order],
                       confidences=self.confidences[order])

    def merged(self, chosen: np.ndarray | None = None) -> CandidateSpans:
        """Join the spans of a question that overlap or touch.

        Args:
            chosen (np.ndarray, optional): (N,) bool, the questions. Defaults
                to None: all.

        Returns:
            CandidateSpans: The same moments, by spans in order and apart.
        """
        owners = self.owners
        order = np.lexsort((self.spans[:, 1], self.spans[:, 0], owners))
        if chosen is not None:
            order = np.where(chosen[owners], order, np.arange(len(order)))
        spans = self.spans[order]
        begins = spans[:, 0] > self._ends_before(spans)
        if chosen is not None:
            begins |= ~chosen[owners]
        rows = np.flatnonzero(begins)
        if not len(rows):
            return self
        ends = np.maximum.reduceat(spans[:, 1], rows)
        return replace(
            self, spans=np.stack([spans[rows, 0], ends], -1),
            counts=np.bincount(owners[rows], minlength=len(self.counts)),
            confidences=np.full(len(rows), np.nan))

    def _ends_before(self, spans: np.ndarray) -> np.ndarray:
        """(M,) the latest end of the spans before, in each question."""
        latest = np.full(len(self.counts), -np.inf)
        before = np.empty(len(spans))
        questions, starts = np.flatnonzero(self.counts), self.starts
        rank = 0
        while len(questions):
            rows = starts[questions] + rank
            before[rows] = latest[questions]
            latest[questions] = np.maximum(latest[questions], spans[rows, 1])
            rank += 1
            questions = questions[self.counts[questions] > rank]
        return before

    def blocks(self, width: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Go through the questions that have spans, a bounded part at a time.

        Args:
            width (int): Numbers that are computed for each span.

        Yields:
            tuple[np.ndarray, np.ndarray]: (R,) questions that have S spans
            each, and these (R, S, 2).
        """
        starts = self.starts
        for count in np.unique(self.counts[self.counts > 0]):
            questions = np.flatnonzero(self.counts == count)
            step = max(1, BLOCK // (int(count) * max(width, 1)))
            for begin in range(0, len(questions), step):
                some = questions[begin:begin + step]
                yield some, self.spans[starts[some, None] + np.arange(count)]

    def padded(self, questions: np.ndarray) -> np.ndarray:
        """Lay out the spans of some questions.

        Args:
            questions (np.ndarray): (R,) indices.

        Returns:
            np.ndarray: (R, S, 2), at least one each, NaN at padding.
        """
        counts = self.counts[questions]
        size = max(1, int(counts.max(initial=0)))
        rows = np.full((len(questions), size, 2), np.nan)
        present = np.arange(size) < counts[:, None]
        places = self.starts[questions, None] + np.arange(size)
        rows[present] = self.spans[places[present]]
        return rows

    def as_array(self) -> np.ndarray:
        """Lay out what counts of each question, for pictures and tables.

        Returns:
            np.ndarray: (N, 2) seconds, NaN where there is none: the first of
            alternatives; (N, S, 2) where several count together.
        """
        shown = self.first(1) if self.alternatives else self
        rows = shown.padded(np.arange(len(self.counts)))
        return rows[:, 0] if rows.shape[1] == 1 else rows

    def hulls(self) -> np.ndarray:
        """Give the first start and the last end of each question.

        Returns:
            np.ndarray: (N, 2) seconds, NaN where there is no span.
        """
        hulls = np.full((len(self.counts), 2), np.nan)
        present = np.flatnonzero(self.counts)
        if len(present):
            rows = self.starts[present]
            hulls[present, 0] = np.minimum.reduceat(self.spans[:, 0], rows)
            hulls[present, 1] = np.maximum.reduceat(self.spans[:, 1], rows)
        return hulls

"""Prepare items ahead in threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar('Item')
Result = TypeVar('Result')


def prefetch(function: Callable[[Item], Result],
             items: Iterable[Item],
             num_workers: int,
             num_ahead: int) -> Iterator[Result]:
    """Apply a function in threads, ahead of whoever takes the results.

    Args:
        function (Callable[[Item], Result]): Releases the interpreter's lock
            most of the time, as decoders do.
        items (Iterable[Item]): What it is called with.
        num_workers (int): Threads.
        num_ahead (int): Results that are under way or wait at any time.

    Yields:
        Result: In the order of the items. What the function raises is
        raised here.
    """
    waiting: deque[Future[Result]] = deque()
    remaining = iter(items)
    pool = ThreadPoolExecutor(num_workers)
    try:
        for item in islice(remaining, num_ahead):
            waiting.append(pool.submit(function, item))
        while waiting:
            result = waiting.popleft().result()
            for item in islice(remaining, 1):
                waiting.append(pool.submit(function, item))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)

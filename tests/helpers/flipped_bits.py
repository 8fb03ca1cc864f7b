"""Files with a flipped bit, read by processes that may die of it."""

import hashlib
import resource
import shutil
from collections import Counter
from pathlib import Path

import numpy as np

from tests.helpers.forked_run import ForkedRun

# A case takes about a second of CPU.
CPU_SECONDS = 30
WALL_SECONDS = 300
SPARE_BYTES = 4 * 2**30
# What may become of a file; a file of ours never gives another value.
FINE = {'right', 'fallback', 'refused'}
UNNOTICED = 'another value'
FALLBACK = 'goes on from another file'


def flipped(content, bit):
    """Give bytes of which one bit is another one."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def digest(*parts):
    """Shorten what was read: texts, bytes and files."""
    contents = [part.read_bytes() if isinstance(part, Path) else
                part if isinstance(part, bytes) else str(part).encode()
                for part in parts]
    return hashlib.sha256(repr(contents).encode()).hexdigest()


def _read(report, read, out):
    """Read, within limits, in a process of its own."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    pages = int(Path('/proc/self/statm').read_text().split()[0])
    limit = pages * resource.getpagesize() + SPARE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    value = read(out)
    (out / 'value').write_text(value)


def outcome(read, out, right=None):
    """Read once; give what became of it, what was read, what was said."""
    shutil.rmtree(out, ignore_errors=True)
    run = ForkedRun(out, _read, read, out)
    try:
        status = run.wait(WALL_SECONDS)
    except AssertionError:
        return 'hang', None, run.errors
    errors, value = run.errors, out / 'value'
    if 'Traceback' in errors or status not in (0, 2):
        kind = f'signal {-status}' if status < 0 else f'traceback ({status})'
        return kind, None, errors
    if status == 2:
        lines = [line for line in errors.splitlines()
                 if line.startswith('error: ')]
        return 'refused' if len(lines) == 1 else 'no line', None, errors
    found = value.read_text()
    if right not in (None, found):
        return UNNOTICED, found, errors
    return 'fallback' if FALLBACK in errors else 'right', found, errors


def flip_bits(path, read, out, count, seed, fine=FINE):
    """Flip bits of a file one at a time, and count what becomes of it.

    Returns:
        tuple[Counter, list[str]]: Number of each outcome; of every case that
        should not be, the bit and what was said.
    """
    whole = path.read_bytes()
    ends, faults = Counter(), []
    kind, right, errors = outcome(read, out)
    assert kind == 'right', errors
    for bit in np.random.default_rng(seed).integers(len(whole) * 8,
                                                    size=count):
        path.write_bytes(flipped(whole, int(bit)))
        try:
            kind, _, errors = outcome(read, out, right)
        finally:
            path.write_bytes(whole)
        ends[kind] += 1
        if kind not in fine:
            faults.append(f'bit {bit}: {kind}: {errors[-2000:]}')
    return ends, faults

"""Name files after keys and ids, which may hold anything."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

# Letters; file systems take 255 bytes, and suffixes are added.
LONGEST_NAME = 120
# What Windows takes for a device, whatever suffix follows.
_DEVICES = re.compile(r'(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)')


def file_name(key: str) -> str:
    """Write a key or an id as the name of a file.

    Different keys have different names, and no name leaves its folder, is
    hidden or is longer than ``LONGEST_NAME``. Letters, digits, ``_``, ``-``
    and ``.`` stay; anything else is written as in URLs, so that
    :func:`urllib.parse.unquote` gives the key back, except of long ones, of
    which the middle becomes a digest.

    Args:
        key (str): Any text.

    Returns:
        str: The name, without a suffix.

    Examples:
        >>> file_name('4882821564_3')
        '4882821564_3'
        >>> file_name('../1164/319')
        '%2E.%2F1164%2F319'
    """
    name = quote(key, safe='', errors='surrogatepass')
    if not name or name.startswith('.') or _DEVICES.match(name):
        name = f'%{ord(name[0]):02X}{name[1:]}' if name else '%'
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    # No percent sign of a key is followed by a minus sign.
    return f'{name[:LONGEST_NAME - 34]}%-{digest}'

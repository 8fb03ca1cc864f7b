"""Valid files, damaged by chance: bytes, values, structure."""

import json

from hypothesis import strategies as st

ODD_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400),
    st.floats(allow_nan=True, allow_infinity=True), st.text(max_size=5),
    st.sampled_from(['', ' ', '\x00', '\ud800', 'v1', '0', '-1', '1e999']),
    st.lists(st.integers(), max_size=3), st.just({}), st.just([[]]),
    st.just([[[]]]), st.dictionaries(st.text(max_size=3), st.none()))


def _places(value, path=()):
    """The paths of all values in JSON content."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*path, index))


def _change(value, path, draw):
    """Replace, remove or rename what is at a path."""
    if not path:
        return draw(ODD_VALUES)
    copy = dict(value) if isinstance(value, dict) else list(value)
    key = path[0]
    action = draw(st.sampled_from(['replace', 'replace', 'remove', 'double']))
    if len(path) > 1:
        copy[key] = _change(value[key], path[1:], draw)
    elif action == 'remove':
        del copy[key]
    elif action == 'double' and isinstance(copy, list):
        copy.append(copy[key])
    elif action == 'double':
        copy[draw(st.text(max_size=3))] = copy.pop(key)
    else:
        copy[key] = draw(ODD_VALUES)
    return copy


@st.composite
def damaged_bytes(draw, content):
    """Cut, overwrite, insert or repeat a piece."""
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    piece = draw(st.one_of(
        st.just(b''), st.binary(max_size=8), st.just(content[start:end] * 2),
        st.sampled_from([b'"', b',', b'\n', b'[' * 9999, b'{"a":' * 5000,
                         b'\xff\xfe', b'\xef\xbb\xbf', b'NaN', b'1e999',
                         b'-', b'\\ud800', b'9' * 5000, b'\r', b'\x00'])))
    if draw(st.booleans()):
        return content[:start] + piece
    return content[:start] + piece + content[end:]


@st.composite
def damaged_json(draw, value):
    """JSON whose values, keys or bytes are damaged."""
    for _ in range(draw(st.integers(0, 2))):
        places = list(_places(value))
        value = _change(value, draw(st.sampled_from(places)), draw)
    content = json.dumps(value).encode()
    if draw(st.booleans()):
        content = draw(damaged_bytes(content))
    return content


@st.composite
def damaged_csv(draw, rows):
    """A table whose cells or bytes are damaged."""
    rows = [list(row) for row in rows]
    for _ in range(draw(st.integers(0, 2))):
        row = draw(st.sampled_from(rows))
        cell = draw(st.integers(0, len(row) - 1)) if row else 0
        row[cell:cell + 1] = draw(st.lists(st.text(
            st.characters(exclude_categories=['Cs']), max_size=4),
            max_size=2))
    content = '\n'.join(','.join(row) for row in rows).encode()
    if draw(st.booleans()):
        content = draw(damaged_bytes(content))
    return content

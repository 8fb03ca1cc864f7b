"""The installed versions, and which of them work."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from packaging.version import Version

# Distribution: lowest version, first version that is too new, and the fix.
REQUIRED = {
    'torch': ('2.6', None, 'pip install "torch>=2.6"'),
    'mmengine': ('0.10.7', '1.0', 'pip install "mmengine>=0.10.7,<1.0"'),
    'mmaction2': ('1.1.0', '1.3', 'pip install mmaction2==1.1.0'),
    'transformers': ('4.57', '6',
                     'pip install "transformers>=4.57,<6"'),
    'setuptools': ('0', '82', 'pip install "setuptools<82"'),
}
# mmaction2 asserts its range of mmcv with a bare AssertionError.
MMCV = {
    '1.1': ('2.0.1', '2.1.0', 'pip install mmcv-lite==2.0.1'),
    '1.2': ('2.0.1', '2.2.0', 'pip install mmcv-lite==2.1.0'),
}


class VersionError(RuntimeError):
    """A package is missing or has a version that does not work.

    It is no ImportError, because mmengine hides those when it imports the
    registry of a scope.
    """


def check_versions() -> None:
    """Refuse missing packages and versions that are known not to work.

    Raises:
        VersionError: One line a package, with the command to run.
    """
    problems = [
        _problem(name, installed_version(name), bounds)
        for name, bounds in REQUIRED.items()
    ]
    mmaction2 = installed_version('mmaction2')
    series = '.'.join((mmaction2 or '1.1').split('.')[:2])
    if series in MMCV:
        mmcv = installed_version('mmcv') or installed_version('mmcv-lite')
        problems.append(_problem('mmcv or mmcv-lite', mmcv, MMCV[series]))
    lines = [problem for problem in problems if problem]
    if lines:
        raise VersionError('cra_plugin cannot run here: ' + '; '.join(lines))


def installed_version(name: str) -> str | None:
    """The version of a package, if it is installed.

    Args:
        name (str): The distribution.

    Returns:
        str, optional: Its version.
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _problem(name: str, found: str | None,
             bounds: tuple[str, str | None, str]) -> str:
    """What is wrong with a package, or ''."""
    lowest, too_new, command = bounds
    expected = f'>={lowest}' + (f',<{too_new}' if too_new else '')
    if found is None:
        return f'{name} is not installed; run: {command}'
    # A local part such as 2.6.0+cu124 does not make a version newer.
    release = Version(Version(found).public)
    if release < Version(lowest) or (too_new and release >= Version(too_new)):
        return (f'{name} {found} is installed, {expected} is needed; run: '
                f'{command}')
    return ''

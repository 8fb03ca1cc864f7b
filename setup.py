"""Package cra_plugin, with its configs and tools in ``cra_plugin/.mim``."""

import os
import shutil
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent
MIM_ENTRIES = ('tools', 'configs', 'model-index.yml')


def read_version() -> str:
    """The version, read without importing the package."""
    scope: dict = {}
    exec((ROOT / 'cra_plugin' / 'version.py').read_text(), scope)
    return scope['__version__']


def read_requirements(name: str) -> list:
    """The lines of a file in requirements/ that name a package."""
    lines = (ROOT / 'requirements' / f'{name}.txt').read_text().splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def installed_versions() -> dict:
    """Versions in the environment that is installed into.

    pip builds in an isolated environment, whose Python still has the prefix
    of the one it installs into.
    """
    folders = [sysconfig.get_path('purelib'), sysconfig.get_path('platlib')]
    return {
        dist.metadata['Name'].lower(): dist.version
        for dist in distributions(path=folders) if dist.metadata['Name']
    }


def openmmlab_requirements() -> list:
    """mmaction2 and mmcv that fit what is there.

    A fresh environment gets mmaction2 1.1.0, which needs no work-around to
    import. One that holds 1.2 keeps it, and one that holds the full mmcv
    keeps that: mmcv-lite would install over the same folder.
    """
    installed = installed_versions()
    recent = installed.get('mmaction2', '').startswith('1.2')
    found = ['mmaction2>=1.2,<1.3' if recent else 'mmaction2>=1.1,<1.2']
    if 'mmcv' not in installed:
        found.append('mmcv-lite>=2.0.1,<2.2' if recent else
                     'mmcv-lite>=2.0.1,<2.1')
    return found


def add_mim_extension() -> None:
    """Lay configs and tools into ``cra_plugin/.mim``.

    An editable install links them, so that edits count at once (modern pip
    passes ``editable_wheel``, old pip ``develop``); a wheel copies them.
    """
    commands = set(sys.argv)
    linking = commands & {'develop', 'editable_wheel'}
    if not linking and not commands & {'bdist_wheel', 'sdist', 'install'}:
        return
    target = ROOT / 'cra_plugin' / '.mim'
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for name in MIM_ENTRIES:
        source = ROOT / name
        if linking:
            (target / name).symlink_to(os.path.relpath(source, target))
        elif source.is_dir():
            shutil.copytree(
                source,
                target / name,
                ignore=shutil.ignore_patterns('__pycache__'))
        else:
            shutil.copy2(source, target / name)


if __name__ == '__main__':
    add_mim_extension()
    setup(
        name='cra_plugin',
        version=read_version(),
        description='Video question grounding for OpenMMLab: CRA in mmengine '
        'and mmaction2',
        long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
        long_description_content_type='text/markdown',
        license='Apache-2.0',
        python_requires='>=3.10',
        classifiers=[
            'License :: OSI Approved :: Apache Software License',
            'Operating System :: POSIX :: Linux',
            'Topic :: Scientific/Engineering :: Artificial Intelligence',
        ] + [f'Programming Language :: Python :: 3.{minor}'
             for minor in range(10, 14)],
        packages=find_packages(include=['cra_plugin', 'cra_plugin.*']),
        include_package_data=True,
        install_requires=read_requirements('runtime') +
        openmmlab_requirements(),
        extras_require={
            name: read_requirements(name)
            for name in ('app', 'decord', 'tensorboard', 'tests', 'torchcodec')
        },
        entry_points={
            'console_scripts': ['cra-plugin=cra_plugin.cli.commands:main']
        },
        zip_safe=False)

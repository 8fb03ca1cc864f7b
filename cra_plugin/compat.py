"""Every version work-around, and nothing else."""


def apply() -> None:
    """Check the installed versions and apply the work-arounds they need."""

"""What a config asks for, held against what the registered classes take."""

from cra_plugin.engine.config_check.check_config import check_config

__all__ = ['check_config']

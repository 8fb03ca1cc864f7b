"""Everything a grounder is built of; imports no dataset."""

from cra_plugin.models import (
                               causal,
                               gates,
                               grounders,
                               heads,
                               language_models,
                               losses,
                               span_decoders,
                               temporal,
                               text_encoders,
                               video_encoders,
)
from cra_plugin.models.data_preprocessor import VideoQGDataPreprocessor

__all__ = [
    'VideoQGDataPreprocessor', 'causal', 'gates', 'grounders', 'heads',
    'language_models', 'losses', 'span_decoders', 'temporal', 'text_encoders',
    'video_encoders'
]

"""What happens to a sample between the annotations and the model."""

from cra_plugin.datasets.transforms.add_frame_times import AddFrameTimes
from cra_plugin.datasets.transforms.draw_question_negatives import (
    DrawQuestionNegatives,
)
from cra_plugin.datasets.transforms.frame_folder_decode import (
    FrameFolderDecode,
)
from cra_plugin.datasets.transforms.frame_folder_init import FrameFolderInit
from cra_plugin.datasets.transforms.pack_video_qg_inputs import (
    PackVideoQGInputs,
)
from cra_plugin.datasets.transforms.paraphrase import Paraphrase
from cra_plugin.datasets.transforms.redraw_choices import RedrawChoices
from cra_plugin.datasets.transforms.sample_by_time import SampleByTime
from cra_plugin.datasets.transforms.sample_feature_frames import (
    SampleFeatureFrames,
)
from cra_plugin.datasets.transforms.tokenize_mask_prompts import (
    TokenizeMaskPrompts,
)
from cra_plugin.datasets.transforms.tokenize_prompts import TokenizePrompts
from cra_plugin.datasets.transforms.tokenize_text import TokenizeText
from cra_plugin.datasets.transforms.video_decode import VideoDecode
from cra_plugin.datasets.transforms.video_init import VideoInit

__all__ = [
    'AddFrameTimes', 'DrawQuestionNegatives', 'FrameFolderDecode',
    'FrameFolderInit', 'PackVideoQGInputs', 'Paraphrase', 'RedrawChoices',
    'SampleByTime', 'SampleFeatureFrames', 'TokenizeMaskPrompts',
    'TokenizePrompts', 'TokenizeText', 'VideoDecode', 'VideoInit'
]

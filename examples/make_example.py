"""Makes the files of this folder: trains, tests, and picks a clip.

    OMP_NUM_THREADS=1 python examples/make_example.py --out work_dirs/example

Nothing is downloaded. The clip is the first video of the test split whose
questions are all answered rightly, by spans that lie in the truth by half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.apis.make_text_model import make_text_model
from cra_plugin.apis.simulate import render_world
from cra_plugin.apis.test import test
from cra_plugin.apis.train import train
from cra_plugin.compat.safe_checkpoints import load_checkpoint_file
from cra_plugin.errors import InputError
from cra_plugin.evaluation.priors import best_prior
from cra_plugin.simulation.rendered_frames import CODEC
from cra_plugin.simulation.rendered_world import RenderedSettings
from cra_plugin.simulation.text_model import TextModelSettings
from cra_plugin.spans.geometry import span_iop
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.utils.files import atomic_path
from cra_plugin.utils.json_file import read_json_object, write_json
from cra_plugin.utils.machine import describe_machine

HERE = Path(__file__).resolve().parent
TRAINED = HERE.parent / 'configs' / 'evidence_rendered.py'
NAME = 'evidence_shapes'
METRICS = ('num_questions', 'Acc@VQA', 'Acc@GQA', 'IoP@0.5', 'mIoP', 'mIoU')
# Epochs with the CNN as it was drawn, then with all of it trained.
EPOCHS = (6, 4)
# Those in which the learning rate of either would come to its end.
SCHEDULES = (16, 10)
MIN_IOP = 0.5
# Pixels of the clip by those of the video that it is of.
SCALE = 8


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', default='work_dirs/example', help='worlds, '
                        'runs and predictions. default: work_dirs/example')
    parser.add_argument('--files', default=str(HERE), help='where the files '
                        'of the example go. default: this folder')
    parser.add_argument('--checkpoint', metavar='FILE', help='of a training '
                        'like this one, in place of it')
    parser.add_argument('--seed', type=int, default=2024,
                        help='of the training. default: 2024')
    return parser.parse_args()


def train_model(folder: Path, text_model: Path, seed: int,
                epochs: tuple[int, int] = EPOCHS) -> str:
    """Train with the CNN frozen, then with all; give the best checkpoint."""
    stages: dict[str, dict[str, Any]] = dict(frozen={}, whole={
        'load_from': str(folder / 'frozen' / f'epoch_{epochs[0]}.pth'),
        'model.video_encoder.frozen': False,
        'model.video_encoder.norm_eval': True})
    for (name, options), length, schedule in zip(
            stages.items(), epochs, SCHEDULES):
        runner = train(
            str(TRAINED), str(folder / name), seed=seed, options=options | {
                'data_root': str(folder / 'rendered'),
                'model.text_encoder.name': str(text_model),
                'train_cfg.max_epochs': length,
                'param_scheduler.1.end': schedule})
    return str(runner.message_hub.get_info('best_ckpt'))


def save_weights(checkpoint: str, path: Path) -> None:
    """Keep the weights alone, in half precision."""
    weights = load_checkpoint_file(checkpoint, 'cpu')['state_dict']
    with atomic_path(path) as temporary:
        torch.save(dict(meta={}, state_dict={
            name: value.half() if value.is_floating_point() else value
            for name, value in weights.items()}), temporary)


def measure(world: Path, files: Path, out: Path) -> dict[str, Any]:
    """Evaluate the example's files on the test split of a world."""
    test(str(HERE / f'{NAME}.py'), str(files / f'{NAME}.pth'), str(out),
         dump=str(out / 'answers.json'), json=str(out / 'metrics.json'),
         options={'data_root': str(world), 'model.text_encoder.name': str(
             files / 'text_model')})
    report = read_json_object(out / 'metrics.json')
    prior, value = best_prior(report['priors'])
    return {name: report[name] for name in METRICS} | {
        'best_prior': prior, 'best_prior_Acc@GQA': value}


def grounded_videos(questions: Sequence[VideoQuestion],
                    out: Path) -> list[str]:
    """Name the videos whose questions are all answered and grounded."""
    answers = read_json_object(out / 'answers.json')
    spans = read_json_object(out / 'answers_spans.json')
    fine: dict[str, bool] = {}
    for each in questions:
        overlap = span_iop(np.array(spans[each.key]), np.array(each.spans))
        fine[each.video_id] = (
            fine.get(each.video_id, True)
            and answers[each.key]['prediction'] == each.answer
            and overlap.max() >= MIN_IOP)
    return [video for video, right in fine.items() if right]


def enlarge(source: Path, target: Path) -> None:
    """Write a video with every pixel as a square, to be looked at."""
    capture = cv2.VideoCapture(str(source))
    fps, width, height = (capture.get(each) for each in (
        cv2.CAP_PROP_FPS, cv2.CAP_PROP_FRAME_WIDTH,
        cv2.CAP_PROP_FRAME_HEIGHT))
    with atomic_path(target) as temporary:
        writer = cv2.VideoWriter(
            str(temporary), cv2.VideoWriter.fourcc(*CODEC), fps,
            (int(width) * SCALE, int(height) * SCALE))
        while (read := capture.read())[0]:
            writer.write(read[1].repeat(SCALE, axis=0).repeat(SCALE, axis=1))
        writer.release()


def write_questions(questions: Sequence[VideoQuestion], path: Path) -> None:
    """Write the questions of the clip down, with the truth."""
    with atomic_path(path) as temporary:
        temporary.write_text(''.join(json.dumps(dict(
            video='shapes', question=each.question,
            choices=list(each.choices), answer=each.answer,
            spans=[list(span) for span in each.spans],
            duration=each.duration, type=each.type)) + '\n'
            for each in questions))


def make_example(out: Path,
                 files: Path,
                 checkpoint: str | None = None,
                 seed: int = 2024,
                 settings: RenderedSettings | None = None,
                 epochs: tuple[int, int] = EPOCHS) -> None:
    """Write the files of the example, and what was measured."""
    settings = settings or RenderedSettings()
    world, text_model = out / 'rendered', files / 'text_model'
    render_world(world, settings)
    make_text_model(world, ('train', 'val'), text_model,
                    TextModelSettings(hidden_size=64, num_layers=1))
    save_weights(checkpoint or train_model(out, text_model, seed, epochs),
                 files / f'{NAME}.pth')
    figures = measure(world, files, out / 'test')
    questions = find_annotations('nextgqa', world, 'test').questions
    videos = grounded_videos(questions, out / 'test')
    if not videos:
        raise InputError(str(out), 'no video whose questions are all answered '
                         'and grounded', 'one or more', 'train for longer')
    enlarge(world / 'videos' / f'{videos[0]}.mp4', files / 'shapes.mp4')
    write_questions([each for each in questions
                     if each.video_id == videos[0]], files / 'questions.jsonl')
    write_json(files / 'figures.json', dict(
        test=figures, video=videos[0], grounded_videos=len(videos),
        num_videos=settings.test_videos, world=asdict(settings),
        training_seed=seed, epochs=list(epochs), schedules=list(SCHEDULES),
        machine=describe_machine()), indent=1)


if __name__ == '__main__':
    args = parse_args()
    make_example(Path(args.out), Path(args.files), args.checkpoint,
                 args.seed)

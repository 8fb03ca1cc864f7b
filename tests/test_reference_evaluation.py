"""A converted checkpoint answers through ``tools/test.py`` as released.

The golden token ids have no separator between question and choice, so no
annotated text is tokenized to them: a transform of the test looks them up
in place of ``TokenizeText``. All else is what the shipped config does.
"""

import json

import h5py
import numpy as np
import pytest
import torch

from tests.helpers.forked_python import fork_tool
from tests.helpers.golden_recipe import (
    PAD,
    Golden,
    convert_by_tool,
    golden_files,
    text_config,
)
from tests.helpers.tool_process import REPOSITORY

SECONDS = 31.
TRANSFORM = """
import numpy as np
from mmcv.transforms import BaseTransform

from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class GoldenTokens(BaseTransform):

    def __init__(self, file, pad):
        self.tokens, self.pad = np.load(file), pad

    def transform(self, results):
        tokens = self.tokens[int(results['question_info'].qid)]
        results['choice_tokens'] = tokens
        results['choice_mask'] = tokens != self.pad
        return results
"""
CONFIG = """
_base_ = {base!r}
custom_imports = dict(imports=['cra_plugin.registry', 'golden_tokens'])
data_root = {folder!r}
model = dict(text_encoder=dict(
    name=None, config={text!r}, tokenizer='not used'))
test_dataloader = dict(batch_size={size}, num_workers=0, dataset=dict(
    pipeline=[
        dict(type='cra_plugin.SampleFeatureFrames', num_frames={frames}),
        dict(type='cra_plugin.GoldenTokens', file={tokens!r}, pad={pad}),
        dict(type='cra_plugin.PackVideoQGInputs')]))
"""


def write_world(golden, folder):
    """Annotations, features and tokens; a video and one question per row."""
    videos = [f'v{row}' for row in range(golden.batch)]
    num_frames = golden.frames.shape[1]
    header = 'video_id,question,answer,qid,type,a0,a1,a2,a3,a4\n'
    (folder / 'test.csv').write_text(header + ''.join(
        f'{video},why,c{golden.answers[row]},{row},CW,c0,c1,c2,c3,c4\n'
        for row, video in enumerate(videos)))
    (folder / 'gsub_test.json').write_text(json.dumps({
        video: {'duration': SECONDS, 'location': {str(row): [[0, 9]]}}
        for row, video in enumerate(videos)}))
    (folder / 'frame2time_test.json').write_text(json.dumps({
        video: np.linspace(0, SECONDS, num_frames).tolist()
        for video in videos}))
    with h5py.File(folder / 'features_test.h5', 'w') as file:
        file['vid'] = [video.encode() for video in videos]
        file['CLIPL_I'] = golden.frames.numpy()
    np.save(folder / 'tokens.npy', golden.tokens.numpy())
    (folder / 'golden_tokens.py').write_text(TRANSFORM)


@pytest.fixture(scope='module', params=golden_files(),
                ids=lambda path: path.stem)
def case(request, tmp_path_factory):
    """A golden file, and a folder with its world and its checkpoint."""
    golden = Golden(request.param)
    folder = tmp_path_factory.mktemp(request.param.stem)
    write_world(golden, folder)
    convert_by_tool(golden, folder)
    return golden, folder


def evaluate(golden, folder, size):
    """Answers, frame weights and window spans of ``tools/test.py``."""
    (folder / 'config.py').write_text(CONFIG.format(
        base=str(REPOSITORY / 'configs' / 'cra_nextgqa_release.py'),
        folder=str(folder), text=text_config(golden.shapes), size=size,
        frames=golden.frames.shape[1], tokens=str(folder / 'tokens.npy'),
        pad=PAD))
    process = fork_tool(
        'test.py', 'config.py', 'ours.pth', '--dump', 'dump.json',
        '--cfg-options', 'test_evaluator.decoder=window', cwd=folder,
        PYTHONPATH=str(folder))
    assert process.returncode == 0, process.stderr
    answers, weights, spans = (
        json.loads((folder / f'dump{kind}.json').read_text())
        for kind in ('', '_attention', '_spans'))
    keys = [f'v{row}_{row}' for row in range(golden.batch)]
    return ([answers[key]['prediction'] for key in keys],
            torch.tensor([weights[key] for key in keys]),
            torch.tensor([spans[key] for key in keys]))


@pytest.mark.parametrize(('size', 'key'), [
    (1, 'single_logits'), (None, 'infer_logits')])
def test_answers_weights_and_spans(case, size, key):
    golden, folder = case
    answers, weights, spans = evaluate(golden, folder, size or golden.batch)
    assert answers == golden.expected[key].argmax(1).tolist()
    torch.testing.assert_close(weights, golden.expected['infer_smoothed'],
                               atol=1e-5, rtol=0)
    torch.testing.assert_close(spans, golden.expected['infer_window'].to(
        spans), atol=0, rtol=0)

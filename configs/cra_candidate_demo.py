"""CRA in which every candidate grounds itself, on the world of the demo.

Prepare: as for configs/cra_demo.py.
Launch: python tools/train.py configs/cra_candidate_demo.py
"""
_base_ = './cra_demo.py'
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
model = dict(
    grounding='candidate',
    grounding_head=dict(gate='dot'),
    causal_intervention=dict(front_door=None))
# Best by Acc@GQA; `adaptive` has the higher mIoU (docs/presets.md).
val_evaluator = dict(decoder='merged')
test_evaluator = dict(decoder='merged')

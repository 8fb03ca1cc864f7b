"""CLIP ViT-L/14 without any training on questions of one's own.

Prepare: questions and frame features in data/mine (docs/your_data.md),
and the weights:
    hf download timm/vit_large_patch14_clip_224.openai \
        open_clip_model.safetensors
Launch:
    python tools/test.py configs/zeroshot_clip.py
Another model, whose features the files must hold, and other settings:
    --cfg-options model.text_encoder.model=ViT-B-32
        model.text_encoder.pretrained=laion2b_s34b_b79k
    --cfg-options model.top_k=8 model.query=question model.kernel_size=1
"""
_base_ = [
    './_base_/models/zeroshot_clip.py',
    './_base_/datasets/grounded_qa.py',
    './_base_/default_runtime.py',
]
work_dir = 'work_dirs/{{fileBasenameNoExtension}}'
pipeline = [
    dict(type='cra_plugin.SampleFeatureFrames', num_frames=32),
    dict(type='cra_plugin.TokenizePrompts'),
    dict(type='cra_plugin.PackVideoQGInputs'),
]
train_dataloader = None
val_dataloader = dict(dataset=dict(pipeline=pipeline))
test_dataloader = dict(dataset=dict(pipeline=pipeline))
val_cfg = dict(type='cra_plugin.CompletedValLoop')
test_cfg = dict(type='cra_plugin.CompletedTestLoop')

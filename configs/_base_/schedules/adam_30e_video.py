# As adam_30e.py, with a tenth of the rate for the pretrained backbone.
_base_ = './adam_30e.py'
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={'video_encoder.backbone': dict(lr_mult=0.1)}))

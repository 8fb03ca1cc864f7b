# CRA on FrozenBiLM, preset `paper`: GSG, CMA and ECI.
_base_ = './frozen_bilm.py'
model = dict(
    num_heads=8,
    dropout=0.1,
    pool_padding=False,
    mask_frames=True,
    alignment_dim=256,
    align_inputs=True,
    grounding_head=dict(
        type='cra_plugin.GSGHead',
        gate='product',
        kernel_size=5,
        sigma='positive',
        sigma_init=1.0,
        normalize='sum',
        border='renormalize'),
    causal_intervention=dict(
        type='cra_plugin.ExplicitCausalIntervention',
        front_door=dict(
            type='cra_plugin.FrontDoorIntervention',
            num_clusters=512,
            hidden_dim=768,
            attention_over='frames',
            add_mediator=True,
            dictionary=None),
        back_door=dict(
            type='cra_plugin.BackDoorIntervention',
            node_dim=768,
            num_clusters=512,
            hidden_dim=768,
            dictionary=None)),
    question_loss=dict(type='cra_plugin.BalancedBCELoss', loss_weight=1.0),
    cma_loss=dict(
        type='cra_plugin.CMALoss', temperature=0.07, loss_weight=0.5))

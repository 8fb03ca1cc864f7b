"""Loading of pretrained models."""

"""Metrics of grounded question answering: numpy, no model."""

"""Ablations: plans of runs, their folders, processes and tables."""

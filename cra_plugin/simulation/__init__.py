"""Worlds whose answers and spans are known, for demos, tests and benchmarks.

``simulated_features`` makes up frame features for real annotations and
``grounded_world`` makes up the annotations as well. Both need numpy only, and
h5py to write files.
"""

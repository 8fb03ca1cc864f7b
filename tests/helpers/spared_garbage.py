"""Imported last by a server of forks: spares what it holds all searches.

MMEngine's datasets collect garbage as they are built. That visits every
object of torch and transformers, and copies its page into each fork.
"""

import gc

gc.collect()
gc.freeze()

"""How papers score the same predictions: one table of protocols."""

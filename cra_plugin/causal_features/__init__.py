"""Offline construction of the confounder dictionaries."""

"""Texts of questions: groups, tokens, tables."""

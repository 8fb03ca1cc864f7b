"""The files that people have their predictions in, one module a format."""

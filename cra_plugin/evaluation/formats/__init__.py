"""The files that people have their predictions in, one module per format."""

"""What the tools call, and what a notebook would."""

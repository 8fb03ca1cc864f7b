"""What touches mmengine's Runner."""

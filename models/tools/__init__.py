"""What turns exported graphs into a model folder, and measures what is in one."""

"""DDColor (arXiv 2212.11613): the architecture, its training, and what turns weights into graphs."""

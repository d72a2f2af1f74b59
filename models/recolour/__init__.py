"""Several plausible colourings of one photograph: a flow-matching head on DDColor's features."""

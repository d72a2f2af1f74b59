"""Repair: a detector of damage and a flow-matching network that fills it, their training and export."""

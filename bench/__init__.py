"""Measurements of speed. Each compares within one run on one machine, so that its ratio can be compared elsewhere."""

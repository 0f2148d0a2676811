"""Who may found what, whom a small unit should join, sizes, terms, meetings: what is to be done, and why. Pure.

Rules answer with findings; people decide. Every threshold is a district's to set (``thresholds``), every rule names
its source.
"""

"""Planted faults: every small change of a stated list, and by what it is noticed. What nobody notices shows where a spec is missing."""

"""`make bench`: what TARS costs, beside the least that could do the same, in the same run. `python -m tests.bench` measures and reports."""

"""The fault lab: the real programs on two hosts, a network between them that fails on demand, and the proof of what was lost.

`python -m tests.faults` runs the table. It needs root, for the hosts are network namespaces; pytest runs only the parts that do not.
"""

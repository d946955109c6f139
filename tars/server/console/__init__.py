"""What the server offers over HTTP: metrics, and an interface for other programs.

Only these modules import the packages of the extra `console`.
"""

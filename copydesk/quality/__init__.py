"""Measures how well Copydesk does its work, on data of which the answers are known, and holds the figures to floors.

`python -m copydesk.quality` prints the tables (`make quality`). Data and floors lie in `tests/quality/`.
"""

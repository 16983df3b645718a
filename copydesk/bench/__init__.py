"""Measures Copydesk against what one would write first, side by side in one run."""

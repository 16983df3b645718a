"""Every outside system, one door each, and the files that stand them up."""

"""The demo newsroom: two fictional news sites with feeds and pages, served on loopback over real HTTP."""

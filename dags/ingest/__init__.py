"""Pulling: sources, feeds, pages, source state. Imports no airflow."""

"""The demo: the bundled newsroom, pulled twice by an Airflow DAG, and a table of what landed."""

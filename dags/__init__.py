"""Airflow DAGs. Files here are thin; `dags.ingest` is plain Python that imports no airflow."""

# Airflow's parts and the DAGs: no model, no model library in here. Build from the repository root.
ARG PYTHON=3.13.18-slim-trixie

FROM python:${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
COPY requirements/bootstrap.txt requirements/airflow.txt /opt/requirements/
RUN python -m venv /opt/bootstrap
RUN /opt/bootstrap/bin/python -m pip install --disable-pip-version-check --require-hashes \
    -r /opt/requirements/bootstrap.txt
RUN /opt/bootstrap/bin/uv venv --python "$(command -v python)" /opt/venv
RUN /opt/bootstrap/bin/uv pip install --python /opt/venv/bin/python --only-binary :all: \
    --require-hashes -r /opt/requirements/airflow.txt

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Copydesk Airflow" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/copydesk \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/airflow \
    HOME=/var/lib/airflow \
    USER=copydesk
COPY --from=build /opt/venv /opt/venv
COPY LICENSE NOTICE pyproject.toml /opt/copydesk/
COPY copydesk /opt/copydesk/copydesk
COPY dags /opt/copydesk/dags
COPY consumers /opt/copydesk/consumers
# The room must be there for the check of origin; its weights are kept out by airflow.Dockerfile.dockerignore.
COPY models /opt/copydesk/models
COPY infra /opt/copydesk/infra
COPY schemas /opt/copydesk/schemas
WORKDIR /opt/copydesk
# Every start of the command checks that the rooms come from here and nowhere else; a build must not pass without.
RUN python -m compileall -q /opt/copydesk && python -m copydesk.main --version
RUN install -d -m 0700 -o 10001 -g 10001 /var/lib/airflow /var/log/airflow /var/lib/newsroom
USER 10001:10001
ENTRYPOINT ["python", "-m", "airflow"]
CMD ["version"]

#!/bin/sh
# What Airflow's parts need before they start: the admin's password in its file, and the database at this version.
set -eu
umask 077
python -c 'import json, os; print(json.dumps({"admin": os.environ["AIRFLOW_ADMIN_PASSWORD"]}))' \
    >"$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
exec python -m airflow db migrate

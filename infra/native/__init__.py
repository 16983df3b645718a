"""The stack without containers: real Kafka, MinIO and Airflow as ordinary processes of this user, on loopback.

``toolchain`` finds Java and Go, ``jars`` and ``build`` fetch what the servers are made of into the user's cache,
``broker_server``, ``store_server``, ``airflow_server`` and ``worker_process`` describe each process as a ``Service``
(command, environment, folders), ``home`` keeps state and credentials, ``supervise`` hands the services to a supervisor,
``ready`` asks a server whether it works, ``parts`` says what each part needs before and after its start, and ``stack``
puts them together for `copydesk up` and its sisters.
"""

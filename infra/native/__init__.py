"""The stack without containers: real Kafka, MinIO and Airflow as ordinary processes of this user, on loopback.

``toolchain`` finds Java and Go, ``jars`` and ``build`` fetch what the servers are made of into the user's cache,
``servers`` describes each server as a ``Service`` (command, environment, folders), ``home`` keeps state and
credentials, ``supervise`` hands the services to a supervisor, ``ready`` asks a server whether it works, and ``stack``
puts them together for `copydesk up` and its sisters.
"""

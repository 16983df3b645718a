"""Ports: tried by binding them, and the remedy named."""

import os
import socket

import pytest

from infra.errors import Refused
from infra.native.ports import check_distinct, check_ports, free_port


def test_free_port_passes() -> None:
    check_ports({"s3_port": free_port()})


def test_taken_port_names_its_holder_and_its_setting(silent_port: int) -> None:
    with pytest.raises(Refused) as error:
        check_ports({"s3_port": silent_port})
    assert f"port {silent_port} is taken by " in str(error.value)
    assert f"(pid {os.getpid()})" in str(error.value)
    assert "COPYDESK_S3_PORT" in str(error.value)


def test_port_just_given_up_is_free() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # this side closes first, so its port lingers in TIME_WAIT
            client.recv(1)
    check_ports({"s3_port": port})


def test_two_settings_with_one_port_are_refused() -> None:
    check_distinct({"s3_port": 1, "kafka_port": 2})
    with pytest.raises(Refused, match="COPYDESK_S3_PORT and COPYDESK_KAFKA_PORT are both 1"):
        check_distinct({"s3_port": 1, "kafka_port": 1})

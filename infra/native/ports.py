"""Ports on loopback: whether one is free, and who holds it if not."""

import contextlib
import socket
from collections.abc import Mapping

import psutil

from infra.errors import Refused


def free_port() -> int:
    """Return a port that is free now; the kernel does not hand it out again soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_distinct(ports: Mapping[str, int]) -> None:
    """Check that no two settings name the same port. Raises ``Refused``."""
    seen: dict[int, str] = {}
    for setting, port in ports.items():
        if port in seen:
            raise Refused(
                f"COPYDESK_{seen[port].upper()} and COPYDESK_{setting.upper()} are both {port}: move one of them"
            )
        seen[port] = setting


def check_ports(ports: Mapping[str, int]) -> None:
    """Check that every port (setting name to number) can be bound. Raises ``Refused`` with the remedy."""
    for setting, port in ports.items():
        with socket.socket() as probe:
            # As servers do: a port left in TIME_WAIT by a server just stopped is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                holder = port_holder(port)
                by = f" by {holder}" if holder else ""
                raise Refused(
                    f"port {port} is taken{by} ({error.strerror}): stop that, or set COPYDESK_{setting.upper()} "
                    "to a free port"
                ) from error


def port_holder(port: int) -> str:
    """Return ``name (pid N)`` of the process that listens on ``port``, or '' where that is not visible."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""

"""The native object store: MinIO on one folder, on loopback."""

from dataclasses import dataclass, field
from pathlib import Path

from infra.native.service import Service


@dataclass(frozen=True, slots=True)
class StoreServer:
    """A MinIO server over ``folder``/data. The credentials reach it by its environment."""

    binary: Path
    folder: Path
    port: int
    console_port: int
    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"

    def prepare(self) -> None:
        """Make the folders."""
        for name in ("data", "certs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def service(self) -> Service:
        """Describe the process."""
        return Service(
            name="store",
            command=(
                str(self.binary),
                "server",
                str(self.folder / "data"),
                "--address",
                f"127.0.0.1:{self.port}",
                "--console-address",
                f"127.0.0.1:{self.console_port}",
                "--certs-dir",
                str(self.folder / "certs"),
            ),
            folder=self.folder,
            environment={
                "MINIO_ROOT_USER": self.access_key,
                "MINIO_ROOT_PASSWORD": self.secret_key,
                "MINIO_SITE_REGION": self.region,
                "MINIO_UPDATE": "off",
                "MINIO_BROWSER_REDIRECT": "off",
            },
            address=f"http://127.0.0.1:{self.port}",
        )

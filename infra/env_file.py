"""Makes the `.env` of the stack in containers: ``python3 -m infra.env_file``. Needs nothing but Python itself.

Every secret that docker-compose.yml requires is made here, at random. What `.env` has already is kept, so the command
can be run again after an upgrade that needs one more.
"""

import base64
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"


def fernet_key() -> str:
    """Return a Fernet key: 32 random bytes, url-safe base64 with its padding (cryptography's Fernet)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


SECRETS: dict[str, Callable[[], str]] = {
    "COPYDESK_S3_ACCESS_KEY": lambda: f"copydesk-{secrets.token_hex(6)}",
    "COPYDESK_S3_SECRET_KEY": lambda: secrets.token_urlsafe(32),
    "AIRFLOW_ADMIN_PASSWORD": lambda: secrets.token_urlsafe(16),
    "AIRFLOW_DB_PASSWORD": lambda: secrets.token_urlsafe(32),
    "AIRFLOW_FERNET_KEY": fernet_key,
    "AIRFLOW_API_SECRET_KEY": lambda: secrets.token_urlsafe(32),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_urlsafe(64),
}
"""Variable to what makes a value. Values are of letters, digits, `-`, `_` and `=`: safe in URLs and unquoted."""


def complete(path: Path = ENV_FILE) -> list[str]:
    """Add what is missing to the file, make it readable by its owner alone, and return the names added.

    Raises ``OSError`` when it cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        before = file.read()
        present = {line.partition("=")[0].strip() for line in before.splitlines() if line.partition("=")[2].strip()}
        missing = [name for name in SECRETS if name not in present]
        if before and not before.endswith("\n"):
            file.write("\n")
        file.writelines(f"{name}={SECRETS[name]()}\n" for name in missing)
    return missing


def main() -> int:
    """Complete the file of this checkout and say so. Returns the exit code."""
    try:
        added = complete()
    except OSError as error:
        sys.stderr.write(f"cannot write {ENV_FILE}: {error.strerror}\n")
        return 1
    what = f"made {', '.join(added)} in" if added else "nothing is missing in"
    sys.stdout.write(f"{what} {ENV_FILE} (mode 0600)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The file system that analysts' tools get."""

from typing import Any

import pytest

from infra.errors import Refused
from infra.lake import bucket_filesystem
from infra.settings import Settings


def settings(**given: Any) -> Settings:
    values = {
        "s3_endpoint": "http://127.0.0.1:9",
        "s3_access_key": "me",
        "s3_secret_key": "it",
        "s3_secret_key_file": None,  # the stack of this checkout may have one
    }
    return Settings(_env_file=None, **{**values, **given})


def test_paths_are_those_of_s3_and_the_address_is_the_settings() -> None:
    filesystem = bucket_filesystem(settings(s3_region="eu-north-1"))
    assert filesystem.protocol == "s3"
    (options,) = filesystem.fs.__reduce__()[1]  # what it would be made of again
    assert (options["scheme"], options["endpoint_override"]) == ("http", "127.0.0.1:9")
    assert (options["region"], options["access_key"], options["secret_key"]) == ("eu-north-1", "me", "it")


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ({"s3_endpoint": "127.0.0.1:9"}, "write http://host:port"),
        ({"s3_endpoint": "http://me:it@127.0.0.1:9"}, "holds credentials"),
        ({"s3_access_key": ""}, "COPYDESK_S3_ACCESS_KEY"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, str], remedy: str) -> None:
    with pytest.raises(Refused, match=remedy):
        bucket_filesystem(settings(**given))

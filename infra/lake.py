"""The one door to the bucket for Arrow: files as analysts' tools want them, read by Arrow's own S3 client."""

from fsspec.implementations.arrow import ArrowFSWrapper
from pyarrow.fs import S3FileSystem

from infra.settings import Settings
from infra.store import check_access


class BucketFilesystem(ArrowFSWrapper):  # type: ignore[misc]
    """An fsspec file system for paths ``s3://<bucket>/<key>``."""

    protocol = "s3"


def bucket_filesystem(settings: Settings) -> BucketFilesystem:
    """Return the file system of the store that the settings name. Connects to nothing. Raises ``Refused``."""
    secret_key = settings.secret_key()
    address = check_access(settings.s3_endpoint, settings.s3_access_key, secret_key)
    return BucketFilesystem(
        S3FileSystem(
            access_key=settings.s3_access_key,
            secret_key=secret_key,
            endpoint_override=address.netloc,
            scheme=address.scheme,
            region=settings.s3_region,
        )
    )

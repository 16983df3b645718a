"""Raw articles in the store: bytes once per content, and what is needed to rebuild their messages."""

from datetime import datetime

import msgspec

from infra.errors import Conflict
from infra.objects import ObjectStore
from schemas.articles import ArticleId, FeedItem, Payload, RawArticle, Sha256
from schemas.codec import encode
from schemas.keys import raw_key, raw_meta_key


class RawMeta(Payload, frozen=True, kw_only=True):
    """A ``RawArticle`` without its body, which lies under ``raw_key(body_sha256)``."""

    id: ArticleId
    url: str
    final_url: str | None = None
    source: str
    captured_at: datetime | None = None
    media_type: str
    charset: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body_sha256: Sha256
    item: FeedItem | None = None
    rights: str | None = None


def keep_raw(store: ObjectStore, article: RawArticle) -> None:
    """Put body and metadata. Of two captures of the same bytes the metadata of the first stay. Raises the store's."""
    body = raw_key(article.body_sha256)
    if not store.exists(body):
        store.put(body, article.body, content_type=article.media_type)
    meta = msgspec.convert(article, RawMeta, from_attributes=True)
    try:
        store.put_if_absent(raw_meta_key(article.id, article.body_sha256), encode(meta))
    except Conflict:
        return  # captured before

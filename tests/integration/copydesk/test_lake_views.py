"""The views for analysts, on a real bucket."""

import json
import secrets
from pathlib import Path

from copydesk.lake import connect
from infra.settings import Settings
from infra.store import S3Store

EXAMPLES = Path(__file__).resolve().parents[3] / "schemas" / "examples" / "news.enriched"


def test_the_views_show_what_lies_in_the_bucket(real_store):
    settings = Settings(
        s3_endpoint=real_store.endpoint,
        s3_bucket=f"t-{secrets.token_hex(8)}",
        s3_access_key=real_store.access_key,
        s3_secret_key=real_store.secret_key,
        s3_secret_key_file=None,
    )
    store = S3Store.from_settings(settings)
    store.ensure_bucket()
    articles = {}
    for path in sorted(EXAMPLES.glob("*.json")):
        data = path.read_bytes()
        article = json.loads(data)
        articles[article["id"], article["revision"]["number"]] = article
        day = article["published_at"][:10] if article["published_at"] else "__HIVE_DEFAULT_PARTITION__"
        store.put(f"enriched/v1/published_date={day}/{path.name}", data)
    news = connect(settings)
    rows = news.sql("select id, revision.number from articles order by all").fetchall()
    assert rows == sorted(articles)
    latest = {identity: max(number for one, number in articles if one == identity) for identity, _ in articles}
    current = news.sql("select id, revision.number from current_articles order by all").fetchall()
    assert current == sorted(latest.items())
    ((mentions,),) = news.sql("select count(*) from mentions").fetchall()
    assert mentions == sum(
        len(name["mentions"]) for identity, number in latest.items() for name in articles[identity, number]["entities"]
    )

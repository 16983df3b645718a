"""The bucket as tables, for analysts: DuckDB over S3, with nothing to download at run time.

DuckDB's own S3 support is an extension that it fetches when first used; here Arrow's S3 client reads the objects.
"""

import duckdb

from infra.lake import bucket_filesystem
from infra.settings import Settings, load
from schemas.keys import ENRICHED_PREFIX

ARTICLES = """
create view articles as
select * from read_json('s3://{bucket}/{prefix}*/*.json', hive_partitioning = true, union_by_name = true)
"""
CURRENT_ARTICLES = """
create view current_articles as
select * from articles
qualify row_number() over (partition by id order by revision.number desc, pipeline) = 1
"""
MENTIONS = """
create view mentions as
select id, title, published_date, name.text as name, name.label as label, mention.text as mention,
       mention."start" as "start", mention."end" as "end", mention.score as score
from (select id, title, published_date, name, unnest(name.mentions) as mention
      from (select id, title, published_date, unnest(entities) as name from current_articles))
"""


def connect(settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views ``articles`` (every revision), ``current_articles`` and ``mentions``.

    Raises ``Refused`` (address or credentials), and ``duckdb.IOException`` while the bucket holds no enriched object.
    """
    settings = settings or load()
    connection = duckdb.connect()
    connection.register_filesystem(bucket_filesystem(settings))
    connection.execute(ARTICLES.format(bucket=settings.s3_bucket, prefix=ENRICHED_PREFIX))
    connection.execute(CURRENT_ARTICLES)
    connection.execute(MENTIONS)
    return connection

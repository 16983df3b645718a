"""Text in, result out: names, summaries and headline summaries of news articles. No Kafka, no store, no environment."""

from models.factory import Analysis, Models, load

__all__ = ["Analysis", "Models", "load"]

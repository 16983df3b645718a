"""Text in, result out: names, summaries and headline summaries of news articles. No Kafka, no store, no environment."""

from models.factory import Models, load
from models.protocols import Analysis

__all__ = ["Analysis", "Models", "load"]

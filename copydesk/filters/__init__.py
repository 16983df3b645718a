"""The steps as filters: an article in, one JSON object a line out, no service needed."""

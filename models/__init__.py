"""Text in, result out: encoder, tagger, summariser, weights, training. No broker, no store, no environment."""

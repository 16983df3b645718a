"""Models of the Hugging Face hub, for who has the extra `torch`. torch is imported nowhere else at run time."""

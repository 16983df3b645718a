"""What happens to an article: the step functions (prepare, enrich) and the loop that runs a step."""

"""Scripts that make the weights under `models/weights/`. Needs the extra `torch`; nothing at run time imports it."""

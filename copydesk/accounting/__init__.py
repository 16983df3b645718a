"""Where every article is, and whether the books balance. Only `withdraw` changes anything."""

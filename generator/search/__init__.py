"""Danish text, counted terms, the browser's shards and the Whoosh index."""

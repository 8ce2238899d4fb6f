"""Terms and postings, the lexicon, the ranking and the filters: what both indexes have in common."""

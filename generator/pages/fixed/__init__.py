"""The pages that there is one of: start, search, words, edition, sitemap."""

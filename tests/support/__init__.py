"""What several tests share: a real Elasticsearch, and a proxy that spoils its answers."""

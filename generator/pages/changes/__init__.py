"""What has changed: events in words, months, recent changes, feeds."""

"""What the pages say and where they are."""

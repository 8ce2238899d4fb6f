"""What an offer is: pure rules, no network, no disk, no HTML."""

"""From offers to a site: addresses, Danish text, contexts, rendering, output."""

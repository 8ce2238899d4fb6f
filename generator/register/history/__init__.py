"""From documents to an offer with its versions: layouts, changes, the timeline, and how long facts have held."""

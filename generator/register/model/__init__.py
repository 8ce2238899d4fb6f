"""What an offer, a document and a pull are, and the register's own words."""

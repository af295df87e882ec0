"""Listings in, rows out: bytes → rows, pure. Nothing here knows of the database."""

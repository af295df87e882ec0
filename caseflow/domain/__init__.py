"""The office's rules, pure: standard library only, no I/O, no clock, no Flask, no SQLAlchemy."""

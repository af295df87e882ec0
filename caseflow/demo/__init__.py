"""The demonstration: an invented office at work for two years, through the program's own doors.

It uses commands, intake and packs alone. Everything is drawn from one fixed seed and ends today;
every person is invented.
"""

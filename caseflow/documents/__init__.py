"""Dataclasses in, files out: receipts, slips, reports and listings. Nothing here reads a database.

The papers are in Spanish, whatever language the screens are shown in.
"""

"""Reads: each returns small frozen dataclasses or rows, always through the actor's scope."""

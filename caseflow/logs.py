"""Logs: one line per event, JSON in production; ids and folios, never names or contacts."""

from __future__ import annotations

import logging

import structlog

from caseflow.settings import SettingsLike

#: Fields that never reach a log, whoever puts them there.
PERSONAL = frozenset({"name", "phone", "email", "petitioner", "password", "key", "text", "address"})


def _without_personal(
    logger: object, method: str, fields: structlog.types.EventDict
) -> structlog.types.EventDict:
    for name in PERSONAL & fields.keys():
        fields[name] = "•••"
    return fields


def configure(settings: SettingsLike) -> None:
    """Set up structlog once per process."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.production
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_personal,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )

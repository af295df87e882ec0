"""The Flask extensions, made once and bound to the application in ``create_app``."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine

from caseflow.dialect import for_reading
from caseflow.models import Base


class Database(SQLAlchemy):
    """The database of the current application. ``session`` reads; ``begin_work`` writes."""

    def __init__(self) -> None:
        super().__init__(model_class=Base, session_options={"class_": ReadingSession})
        self._readers: WeakKeyDictionary[Flask, Engine] = WeakKeyDictionary()

    @property
    def reader(self) -> Engine:
        """The engine as ``session`` uses it."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
        found = self._readers.get(app)
        if found is None:
            found = self._readers[app] = for_reading(self.engine)
        return found


class ReadingSession(Session):
    """What a request reads, outside of any unit of work."""

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **how: Any,
    ) -> Engine | Connection:
        return bind if bind is not None else db.reader


db = Database()
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()

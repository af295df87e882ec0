"""Many row numbers as one parameter of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


class _Numbers(TypeDecorator[Any]):
    """Row numbers as one text: the literal of an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        numbers = ",".join(map(str, value))
        return f"[{numbers}]" if dialect.name == "sqlite" else f"{{{numbers}}}"


class _Among(FunctionElement[Any]):
    # not Boolean, to which "= 1" is added on SQLite, and no index serves that
    type: TypeEngine[Any] = NullType()
    inherit_cache = True


@compiles(_Among)
def _array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY (CAST({numbers} AS BIGINT[]))"


@compiles(_Among, "sqlite")
def _json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    # compiled clauses, never a value
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # nosec B608


def among(column: Any, numbers: Iterable[int] | str) -> ColumnElement[bool]:
    """Whether a column is one of these row numbers, or of the parameter with that name.

    Unlike ``column.in_``, which has a parameter for each, it is the same statement for one number
    and for five hundred: written, parsed and planned once.
    """
    if isinstance(numbers, str):
        return _Among(column, bindparam(numbers, type_=_Numbers()))
    return _Among(column, bindparam(None, list(numbers), type_=_Numbers()))

"""How a command says no: the sentence on stderr and exit code 2, nothing stored."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from caseflow.domain.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


class Refusal(click.ClickException):
    """A refusal of the domain, or an argument that names nothing."""

    exit_code = 2

    def format_message(self) -> str:
        return self.message


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the domain refuses into exit code 2."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DomainError as refusal:
            raise Refusal(str(refusal)) from refusal

    return guarded

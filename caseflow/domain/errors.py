"""What the domain refuses, in sentences that a clerk understands and that say what to do.

Only ``web/errors.py`` knows which status code belongs to which class, and only the outer layers
translate: a message is a Spanish ``str.format`` template and its parameters travel beside it, so
that the same refusal can be shown in another language.
"""

from __future__ import annotations

from caseflow.domain.phrases import N_, Phrase, phrase


class DomainError(Exception):
    """A rule said no. ``message`` is a Spanish template; ``str(error)`` fills it in."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Phrase:
        """The sentence, which the web tells in the reader's language."""
        return phrase(self.message, **self.params)


class NotFound(DomainError):
    """Missing, or not the actor's to see: the two look the same on purpose."""

    def __init__(self, message: str = N_("No se encontró lo que busca."), **params: object) -> None:
        super().__init__(message, **params)


class NotAllowed(DomainError):
    """The actor sees it, but may not do this to it."""


class NotNow(DomainError):
    """The action exists and is the actor's, but not in this state or on this date."""


class MissingData(DomainError):
    """The action lacks something it needs; ``field`` names which form field."""

    def __init__(self, message: str, *, field: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class InvalidData(MissingData):
    """A value is there and cannot be right."""


class Stale(DomainError):
    """Somebody else changed the row since the actor read it."""

    def __init__(
        self,
        message: str = N_(
            "Alguien más cambió este asunto mientras lo tenía abierto. "
            "Revise cómo quedó y, si aún corresponde, repita la acción."
        ),
        **params: object,
    ) -> None:
        super().__init__(message, **params)


class Refused(DomainError):
    """A file or an argument that cannot be taken: nothing was stored but the refusal."""


class Busy(DomainError):
    """The database did not give way in time; trying again is right."""

    def __init__(
        self,
        message: str = N_("El sistema está ocupado. Espere unos segundos y vuelva a intentar."),
    ) -> None:
        super().__init__(message)

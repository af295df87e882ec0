"""What happens to each demonstration case: drawn once, when it is born, as steps with waits.

The shares are chosen so that the demonstration shows every state: most are answered in time, some
late, some come back, some wait for the person, a few are forgotten.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Step:
    """One act to come: ``wait`` business days after the one before it."""

    action: str
    wait: int
    data: dict[str, object] = field(default_factory=dict)


_ANSWERS = (
    "Se atendió el reporte en el lugar indicado; se anexa evidencia fotográfica.",
    "Se realizó la visita y se concluyeron los trabajos el mismo día.",
    "Se programó y ejecutó el servicio con la cuadrilla de la zona.",
    "Se orientó a la persona y se dio seguimiento hasta concluir.",
)
_RETURNS = (
    "No corresponde a las funciones de esta área.",
    "El lugar señalado queda fuera de la zona que atiende esta unidad.",
)


def service_story(chance: random.Random) -> list[Step]:
    """The steps of a service case after it was routed."""
    draw = chance.random()
    reply = Step("reply", _days(chance), {"text": chance.choice(_ANSWERS)})
    if draw < 0.06:
        back = Step("return", chance.randint(1, 2), {"reason": chance.choice(_RETURNS)})
        return [back, Step("reroute", 1), Step("accept", 1), reply, Step("close", 6)]
    if draw < 0.10:
        move = Step("reassign", chance.randint(1, 3), {"reason": "Carga de trabajo del área."})
        return [move, Step("accept", 1), reply, Step("close", 6)]
    if draw < 0.13:
        ask = Step("clarify", 2, {"text": "Precise el domicilio y entre qué calles se ubica."})
        if chance.random() < 0.6:
            heard = Step("clarified", chance.randint(3, 8), {"text": "Frente al número 114."})
            return [Step("accept", 1), ask, heard, reply, Step("close", 6)]
        return [Step("accept", 1), ask, Step("lapse", 12)]
    if draw < 0.16:
        return [Step("refer", chance.randint(1, 4))]
    if draw < 0.17:
        return [Step("accept", 1), Step("desist", 4, {"text": "Ya no requiere el servicio."})]
    if draw < 0.18:
        return [Step("cancel", 1, {"reason": "Captura de prueba."})]
    steps = [Step("accept", chance.choice((0, 1, 1, 2, 3)))]
    if chance.random() < 0.25:
        steps.append(Step("draft", 2, {"text": chance.choice(_ANSWERS)}))
    if chance.random() < 0.1:
        steps.append(Step("note", 1, {"text": "Se avisó por teléfono de la fecha de visita."}))
    steps += [reply, Step("close", 6)]
    if chance.random() < 0.02:
        steps.append(Step("reopen", 5, {"reason": "La persona informa que la falla continúa."}))
        steps += [Step("route", 1), Step("accept", 1), Step("reply", 12, reply.data)]
    return steps


def request_story(chance: random.Random) -> list[Step]:
    """The steps of an information or personal-data request."""
    steps = [Step("route_request", 1)]
    draw = chance.random()
    if draw < 0.10:
        steps.append(Step("clarify", 1, {"text": "Precise el periodo del que pide información."}))
        steps.append(Step("clarified", chance.randint(2, 7), {"text": "De enero a junio."}))
    steps += [
        Step("accept", 1),
        Step(
            "reply",
            chance.choice((2, 3, 3, 4, 5)),
            {"text": "Se remite la información con que cuenta el área."},
        ),
    ]
    if 0.10 <= draw < 0.25:
        steps.insert(-1, Step("extend", 1, {"reason": "Volumen de la información solicitada."}))
    if draw > 0.96:
        steps[-1].wait += 9
    steps.append(Step("answer", chance.choice((0, 1, 1, 2))))
    if 0.30 <= draw < 0.36:
        return steps + _appeal(sense="confirms" if draw < 0.32 else "modifies")
    # of a request over personal data only: the person comes, and the right is made effective
    return [
        *steps,
        Step("identify", 2),
        Step("effective", 4, {"text": "Se hizo lo que la persona pidió; se le dio constancia."}),
    ]


def _appeal(sense: str) -> list[Step]:
    """What follows an answer that the person appeals."""
    steps = [
        Step("appeal_admit", 9, {"text": "La respuesta está incompleta: faltan los anexos."}),
        Step("appeal_state", 5, {"text": "Se sostiene la respuesta y se anexan constancias."}),
        Step("appeal_rule", 20, {"sense": sense, "order": "Entregar los anexos que faltan."}),
    ]
    if sense == "confirms":
        return [*steps, Step("appeal_end", 2)]
    return [
        *steps,
        Step("route_request", 1),
        Step("accept", 1),
        Step("reply", 3, {"text": "Se remiten los anexos que faltaban."}),
        Step("answer", 1),
        Step("appeal_comply", 1, {"text": "Se informa el cumplimiento con sus constancias."}),
    ]


def _days(chance: random.Random) -> int:
    """Business days until the reply: most within the commitment, some beyond it."""
    return min(75, max(1, int(chance.lognormvariate(2.55, 0.75))))

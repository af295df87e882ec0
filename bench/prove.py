"""``python -m bench.prove``: the guards at full size, one line each into ``bench/PROOF.md``.

    python -m bench.prove                  # goes on where it was interrupted, at the same commit
    python -m bench.prove --list           # what there is to prove
    python -m bench.prove --only clock bench-postgresql-pages
    python -m bench.prove --again          # from the beginning

Resumes only where every file is committed: else nobody could tell what an earlier line spoke of.
Ends with 1 where a line did not hold.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.figures import ROOT, commit
from tools.provision import postgres_binaries

PROOF = ROOT / "bench" / "PROOF.md"
STATE = ROOT / "instance" / "bench" / "prove.json"
#: Each is read by the tests it concerns; without it they are small.
SIZES = {
    "CASEFLOW_EXAMPLES": "10000",
    "CASEFLOW_KILLS": "200",
    "CASEFLOW_MAILS": "10000",
    "CASEFLOW_PAIRS": "5000",
    "CASEFLOW_ROWS": "100000",
    "CASEFLOW_TAMPERINGS": "1000",
}
LONGEST = 4 * 3600  # seconds; a guard that hangs must not hold the others for ever


@dataclass(frozen=True, slots=True)
class Guard:
    """Tests at full size. ``paths`` as pytest takes them; those that are missing are no proof.

    ``without``: paths below them that another guard proves. ``jobs`` 0: alone on the machine.
    ``zone``: where the machine believes itself to be.
    """

    key: str
    name: str
    limit: str
    paths: tuple[str, ...]
    jobs: int = 2
    keyword: str = ""
    without: tuple[str, ...] = ()
    zone: str = ""

    @property
    def command(self) -> list[str]:
        narrowed = ["-k", self.keyword] if self.keyword else []
        narrowed += [f"--ignore={path}" for path in self.without]
        # a test may take long at this size, and nothing is wrong
        patient = ["-o", f"faulthandler_timeout={LONGEST}"]
        return ["pytest", "-q", "-n", str(self.jobs), *patient, *narrowed, *self.paths]

    @property
    def environment(self) -> dict[str, str]:
        return {"TZ": self.zone} if self.zone else {}


@dataclass(frozen=True, slots=True)
class Speed:
    """Figures of the benchmark, each held to its limit."""

    key: str
    engine: str
    part: str
    cases: int = 100_000

    @property
    def name(self) -> str:
        return f"benchmark: {self.part}, {self.engine}, {self.cases:,} cases"

    @property
    def command(self) -> list[str]:
        return ["python", "-m", "bench", "--engine", self.engine, "--only", self.part,
                "--cases", str(self.cases)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the proof."""

    key: str
    name: str
    figure: str
    limit: str
    verdict: str
    command: str
    date: str
    commit: str


NONE_FAIL = "0 fail, 0 left out"
ZONES = ("UTC", "America/Tijuana", "Asia/Kolkata")
IMPORTS = (
    "tests/commands/test_imports_bulk.py",
    "tests/commands/test_imports_together.py",
    "tests/commands/test_import_large.py",
)
COPIES = ("tests/commands/test_backup.py", "tests/commands/test_backup_encrypted.py")
#: Everything that is proved, in this order. Data: a row more is a line more.
ROWS: tuple[Guard | Speed, ...] = (
    Guard("house", "shape of the house, documents, settings, dependencies, packs", NONE_FAIL,
          ("tests",),
          keyword="test_architecture or test_docs or test_settings or test_dependencies "
                  "or test_packs"),
    Guard("clock", "legal clock against a slow oracle, 10,000 examples for each property",
          "0 differences", ("tests/domain/test_clock_oracle.py",)),
    Guard("domain", "rules of the domain, 10,000 examples for each property", NONE_FAIL,
          ("tests/domain",), without=("tests/domain/test_zones.py",)),
    *(
        Guard(f"zone-{zone.rpartition('/')[2].lower()}",
              f"the same where the machine is in {zone}, over the end of summer time in 2022",
              "0 differences", ("tests/domain",), zone=zone,
              without=("tests/domain/test_zones.py", "tests/domain/test_case_walks.py"))
        for zone in ZONES
    ),
    Guard("intake", "readers of listings, 10,000 spoiled files for each", NONE_FAIL,
          ("tests/intake",)),
    Guard("import", "imports killed 200 times, two at once, 100,000 rows: 0 lost, 0 doubled",
          NONE_FAIL, IMPORTS),
    Guard("service", "100 kills of workers and of the whole service while people write",
          "0 answered lost or doubled, ready in 5 s", ("tests/service",), jobs=0),
    Guard("scheduler", "schedulers: 200 double starts, 50 kills, 50 pauses of the holder",
          "one effect each", ("tests/scheduler",), jobs=0,
          without=("tests/scheduler/test_mail.py",)),
    Guard("mail", "10,000 mails, 30 % of the answers failing", "0 lost, 0 doubled",
          ("tests/scheduler/test_mail.py",)),
    Guard("conflicts", "5,000 pairs of acts on the same version", "0 lost updates",
          ("tests/commands/test_conflicts.py",)),
    Guard("spoiled", "a spoiled item among 1,000 good ones", "1,000 done, 1 set aside",
          ("tests/commands/test_spoiled.py",)),
    Guard("event-log", "1,000 tamperings with the event log", "1,000 found",
          ("tests/commands/test_sealing.py",)),
    Guard("copies", "copies: made in a storm of writes, changed, cut, encrypted, put back",
          NONE_FAIL, COPIES),
    Guard("migrations", "every migration up, down and up with data, and killed 50 times",
          "0 differences", ("tests/test_migrations.py", "tests/test_migrations_killed.py")),
    Guard("commands", "every other write", NONE_FAIL, ("tests/commands",),
          without=(*IMPORTS, *COPIES, "tests/commands/test_conflicts.py",
                   "tests/commands/test_spoiled.py", "tests/commands/test_sealing.py")),
    Guard("queries", "lists, counts and reports", NONE_FAIL, ("tests/queries",)),
    Guard("documents", "printed documents and spreadsheets", NONE_FAIL, ("tests/documents",)),
    Guard("cli", "commands", NONE_FAIL, ("tests/cli",)),
    Guard("access", "every route as every role, writes included", "nothing leaks",
          ("tests/test_routes.py",)),
    Guard("web", "pages", NONE_FAIL, ("tests/web",)),
    Guard("e2e", "the day of a clerk, a head and a supervisor in Chromium", NONE_FAIL,
          ("tests/e2e",)),
    *(
        Speed(f"bench-{engine}-{part}", engine, part)
        for part, engines in {
            "start": ("sqlite",),
            "import": ("postgresql", "sqlite"),
            "tick": ("postgresql", "sqlite"),
            "redate": ("postgresql", "sqlite"),
            "million": ("sqlite",),
            "safety": ("postgresql", "sqlite"),
            "pages": ("postgresql", "sqlite"),
        }.items()
        for engine in engines
    ),
)  # fmt: skip


def prove_guard(guard: Guard, environment: Mapping[str, str]) -> Iterator[Line]:
    """Run tests; holds where some ran and none failed or was left out."""
    with tempfile.TemporaryDirectory(prefix="caseflow-prove-") as folder:
        report = Path(folder) / "report.xml"
        began = time.monotonic()
        code = run([*guard.command, f"--junit-xml={report}"], {**environment, **guard.environment})
        took = time.monotonic() - began
        counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
        if report.is_file():
            # Written by our own pytest a moment ago, so no hostile XML.
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):
                for name in counts:
                    counts[name] += int(suite.get(name, 0))
    failed = counts["failures"] + counts["errors"]
    held = counts["tests"] > 0 and not failed and not counts["skipped"] and code == 0
    figure = (
        f"{counts['tests']} tests, {failed} fail, {counts['skipped']} left out, {took:.0f} s"
        if counts["tests"]
        else "no test ran"
    )
    named = [f"{name}={value}" for name, value in guard.environment.items()]
    yield _line(guard.key, guard.name, figure, guard.limit, held, [*named, *guard.command])


def prove_speed(speed: Speed, environment: Mapping[str, str]) -> Iterator[Line]:
    """Measure; one line for each figure."""
    with tempfile.TemporaryDirectory(prefix="caseflow-prove-") as folder:
        code = run([*speed.command, "--json", folder], environment)
        results = Path(folder) / f"results-{speed.engine}.json"
        if code != 0 or not results.is_file():
            yield _line(speed.key, speed.name, f"ended with {code}", "", False, speed.command)
            return
        figures = json.loads(results.read_text())["figures"]
    for figure in figures:
        name = f"{figure['label']} ({speed.engine}, {speed.cases:,} cases)"
        key = f"{speed.key}.{figure['key']}"
        if figure["p50"] is None:
            yield _line(key, name, figure["why"], "", False, speed.command)
            continue
        value, limit = _number(figure["p50"]), _number(figure["limit"])
        if figure["limit95"] is not None:
            value += f" / {_number(figure['p95'])}"
            limit += f" / {_number(figure['limit95'])}"
        sign, unit = "≤" if figure["most"] else "≥", figure["unit"]
        held = bool(figure["holds"])
        yield _line(key, name, f"{value} {unit}", f"{sign} {limit} {unit}", held, speed.command)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _line(key: str, name: str, figure: str, limit: str, held: bool, command: Sequence[str]) -> Line:
    sizes = "" if command[0] == "python" else " ".join(f"{k}={v}" for k, v in SIZES.items()) + " "
    return Line(
        key, name, figure, limit, "holds" if held else "missed", sizes + " ".join(command),
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", commit(),
    )  # fmt: skip


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one proof with its words on the terminal; its exit code."""
    program, *arguments = command
    programs = {"python": [sys.executable], "pytest": [sys.executable, "-m", "pytest"]}
    print(f"\n── {' '.join(command)}", flush=True)
    try:
        return subprocess.run(
            [*programs[program], *arguments], cwd=ROOT, env=dict(environment),
            stdin=subprocess.DEVNULL, timeout=LONGEST, check=False,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return 124


def read_state(path: Path) -> dict[str, list[Line]]:
    """Row → its lines, of whichever commit."""
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {key: [Line(**line) for line in lines] for key, lines in kept.items()}


def write_state(path: Path, state: Mapping[str, Sequence[Line]]) -> None:
    """Whole or not at all: a run may be interrupted at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    kept = {key: [asdict(line) for line in lines] for key, lines in state.items()}
    draft.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def is_done(lines: Sequence[Line], head: str) -> bool:
    """Whether a row was proved at this very state of the sources."""
    return bool(lines) and not head.endswith("+") and all(one.commit == head for one in lines)


def proof(state: Mapping[str, Sequence[Line]]) -> str:
    """The document, in the order of the table."""
    lines = [
        "# Proof",
        "",
        "What `make prove` found: the guards at full size. Written by it; do not edit. A commit "
        "with a plus had changes that were not committed.",
        "",
        "| guard | figure | limit | | command | date | commit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in ROWS:
        lines += [
            f"| {line.name} | {line.figure} | {line.limit} | {line.verdict} | `{line.command}` "
            f"| {line.date} | {line.commit} |"
            for line in state.get(row.key, ())
        ]
    return "\n".join(lines) + "\n"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.prove", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", nargs="+", choices=[row.key for row in ROWS], default=())
    parser.add_argument("--again", action="store_true", help="also what is proved already")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    chosen = parser.parse_args(given)
    rows = [row for row in ROWS if not chosen.only or row.key in chosen.only]
    if chosen.list:
        for row in rows:
            print(f"{row.key:24} {row.name}")
        return 0
    environment = {**os.environ, **SIZES}
    if binaries := postgres_binaries():  # pg_dump and its like, for the tests that call them
        environment["PATH"] = f"{binaries}{os.pathsep}{environment['PATH']}"
    state = read_state(STATE)
    for row in rows:
        if not chosen.again and is_done(state.get(row.key, ()), commit()):
            print(f"── {row.key}: proved at this commit")
            continue
        prove = prove_guard(row, environment) if isinstance(row, Guard) else (
            prove_speed(row, environment)
        )  # fmt: skip
        state[row.key] = list(prove)
        write_state(STATE, state)
        PROOF.write_text(proof(state), encoding="utf-8")
        for line in state[row.key]:
            print(f"   {line.verdict}: {line.name}: {line.figure} {line.limit}", flush=True)
    missed = [line for row in rows for line in state.get(row.key, ()) if line.verdict != "holds"]
    print(f"\n{len(missed)} missed" if missed else "\neverything held")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())

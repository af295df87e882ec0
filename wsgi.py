"""Where servers and commands find the program: ``gunicorn wsgi:app``, ``flask --app wsgi``."""

from __future__ import annotations

import gc
import sys

from caseflow import create_app
from caseflow.settings import UnsafeSettings
from config import load_settings

REFUSED = 2  # as the command line says it

try:
    app = create_app(load_settings())
except UnsafeSettings as unsafe:
    print("Caseflow no arranca con esta configuración:", file=sys.stderr)
    for problem in unsafe.problems:
        print(f"  - {problem}", file=sys.stderr)
    # gunicorn starts a worker again, for ever, unless it ends with gunicorn's own code for that.
    arbiter = sys.modules.get("gunicorn.arbiter")
    raise SystemExit(arbiter.Arbiter.WORKER_BOOT_ERROR if arbiter else REFUSED) from None

# What the program is made of stays until its end. Left to the collector, it is gone through again
# and again wherever many rows pass: a quarter of the time of a long job.
gc.collect()
gc.freeze()

"""The verifier, loaded from its file as it is: not a module of the project."""

import contextlib
import importlib.util
import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "verify_journal.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_journal_under_test", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


MODULE = _loaded()


class Answer(NamedTuple):
    """What the program answered."""

    code: int
    text: str

    @property
    def breaches(self) -> list[dict[str, Any]]:
        """Those that ``--json`` tells."""
        return json.loads(self.text)["breaches"]


def holds(path: Path, seals: Path | None = None) -> bool:
    """Whether it finds nothing to say, without its command line: thousands of times a second."""
    report = MODULE.Report()
    try:
        MODULE.check_file(path, seals, report)
    except MODULE.Unreadable:
        return False
    return report.total == 0


def verify(*arguments: object) -> Answer:
    """Run its ``main`` here, which is quick."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = MODULE.main([str(argument) for argument in arguments])
    return Answer(code, out.getvalue() + err.getvalue())

"""The sandbox stands alone: a mistake shared with the portal would hide in both."""

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ALLOWED_AT_RUN_TIME = {"django", "requests", "payzen_sandbox"} | sys.stdlib_module_names


def imported_by(path):
    """Top-level names of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def run_time_files():
    return [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]


def test_the_sandbox_imports_django_requests_and_the_standard_library_only():
    found = {name: path for path in run_time_files() for name in imported_by(path)}

    assert len(run_time_files()) > 40
    assert {"django", "requests"} <= set(found)
    assert {name: path for name, path in found.items() if name not in ALLOWED_AT_RUN_TIME} == {}


def test_no_code_of_the_portal_imports_the_sandbox():
    root = PACKAGE.parent
    packages = [
        folder
        for folder in root.iterdir()
        if (folder / "__init__.py").exists() and folder.name not in {PACKAGE.name, "tests"}
    ]
    files = [path for folder in packages for path in folder.rglob("*.py")]
    guilty = [path for path in files if "payzen_sandbox" in set(imported_by(path))]

    assert files
    assert guilty == []

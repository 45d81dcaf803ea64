"""The package stands alone: it can be taken out of the portal and used elsewhere."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bareme

PACKAGE = Path(bareme.__file__).parent
LOADED = "import sys, bareme; bareme.known_scales(); print(*(m.split('.')[0] for m in sys.modules))"


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_a_module_imports_the_standard_library_and_the_package_only(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    assert imported <= {"bareme", *sys.stdlib_module_names}


def test_using_it_loads_neither_django_nor_an_application():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=PACKAGE.parent,
        check=True,
        capture_output=True,
        text=True,
    )

    loaded = set(done.stdout.split())
    assert "bareme" in loaded
    assert loaded & {"django", "caf_portal", "allocataires", "payments"} == set()


def test_everything_public_is_exported_and_sorted():
    assert list(bareme.__all__) == sorted(bareme.__all__)
    assert [name for name in bareme.__all__ if not hasattr(bareme, name)] == []

"""The files around the code say the same as the code."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
APPLICATIONS = (
    "caf_portal",
    "caisses",
    "allocataires",
    "relation_usager",
    "comptabilite",
    "payments",
    "recouvrement",
    "echanges",
)
READ = re.compile(r'(?:env\.[a-z_]+|_connection)\(\s*"([A-Z][A-Z_]+)"')
SANDBOX_READ = re.compile(r'"(SANDBOX_[A-Z_]+)"')
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def variables_read() -> set[str]:
    """Every environment variable that the portal or the sandbox reads."""
    names: set[str] = set()
    for application in APPLICATIONS:
        for path in (ROOT / application).rglob("*.py"):
            names.update(READ.findall(path.read_text()))
    environment = (ROOT / "payzen_sandbox" / "environment.py").read_text()
    return names | set(SANDBOX_READ.findall(environment))


def variables_explained() -> set[str]:
    """Every variable of .env.example, those in comments included."""
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, flags=re.MULTILINE))


def compose() -> dict[str, dict[str, dict[str, object]]]:
    """docker-compose.yml, its anchors followed."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_variable_read_is_explained() -> None:
    read = variables_read()

    assert {"SECRET_KEY", "DATABASE_URL", "SANDBOX_DATABASE"} <= read
    assert read - variables_explained() == set()


def test_no_variable_is_explained_in_vain() -> None:
    of_compose = {"POSTGRES_PASSWORD", "CAF_OWNER_PASSWORD", "CAF_APP_PASSWORD", "REDIS_PASSWORD"}

    assert variables_explained() - variables_read() == of_compose


def test_only_the_migrations_get_the_owners_database() -> None:
    holders = {
        name
        for name, service in compose()["services"].items()
        if "DATABASE_OWNER_URL" in service.get("environment", {})
    }

    assert holders == {"migrate"}


def test_the_production_shape_publishes_no_port() -> None:
    assert [name for name, service in compose()["services"].items() if "ports" in service] == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pinned_hashed_and_name_no_address(path: Path) -> None:
    text = path.read_text()
    pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==\S+", text, flags=re.MULTILINE)
    starts = re.findall(r"^[^\s#].*", text, flags=re.MULTILINE)

    assert pins
    assert len(pins) == len(starts)
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z0-9])", text.strip()))
    assert "://" not in text


def test_smaller_sets_of_requirements_agree_with_the_largest() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return set(re.findall(r"^[a-z0-9][a-z0-9._-]*==[^\s;]+", text, flags=re.MULTILINE))

    assert pins("base") < pins("demo") < pins("test") < pins("quality")


def test_every_direct_dependency_has_a_lower_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]

    assert [line for group in groups for line in group if ">=" not in line] == []

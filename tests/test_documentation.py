"""The documentation tells what the code does: names it quotes exist, names it owes are there."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands
from django.db import connection

from caf_portal.celery import app as celery_app
from payments.services.invariants import rules
from payments.status import allowed_pairs

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
OUR_APPS = (
    "allocataires",
    "caf_portal",
    "caisses",
    "comptabilite",
    "echanges",
    "payments",
    "rapprochement",
    "recouvrement",
    "relation_usager",
)
INVARIANTS = 23
QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEAVIEST_IMAGE = 150_000

_NAMED_BY_INVARIANT = """
SELECT conname FROM pg_constraint WHERE conname ~ '^inv[0-9]'
 UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname ~ '^inv[0-9]'
 UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relname ~ '^inv[0-9]'
"""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def quoted_in(path: Path) -> set[str]:
    """What a page puts between backquotes, code blocks apart."""
    return set(QUOTED.findall(re.sub(r"```.*?```", "", read(path), flags=re.DOTALL)))


def sections_of(path: Path) -> dict[str, str]:
    """The text under each second-level heading, by heading."""
    parts = re.split(r"^## (.+)$", read(path), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def names_of_tests() -> set[str]:
    found: set[str] = set()
    for folder in (ROOT / "tests", ROOT / "bareme" / "tests", ROOT / "payzen_sandbox" / "tests"):
        for path in folder.rglob("test_*.py"):
            found |= set(re.findall(r"^def (test_\w+)", read(path), flags=re.MULTILINE))
    return found


def environment_variables() -> set[str]:
    """Those that the portal reads through ``caf_portal.env``, and the sandbox by itself."""
    found: set[str] = set()
    for application in OUR_APPS:
        for path in (ROOT / application).rglob("*.py"):
            found |= {name for call in _calls(path) if (name := _variable_of(call))}
    sandbox = read(ROOT / "payzen_sandbox" / "environment.py")
    return found | set(re.findall(r'"(SANDBOX_[A-Z_]+)"', sandbox))


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.Call)]


def _variable_of(call: ast.Call) -> str:
    """The variable that ``env.something("NAME")`` or ``_connection("NAME")`` reads."""
    target, first = call.func, call.args[0] if call.args else None
    through_env = (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "env"
    )
    through_connection = isinstance(target, ast.Name) and target.id == "_connection"
    if not (through_env or through_connection) or not isinstance(first, ast.Constant):
        return ""
    return str(first.value)


@pytest.fixture
def in_database(db: None) -> set[str]:
    """Names of the constraints, triggers and indexes that hold an invariant."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED_BY_INVARIANT)
        return {name for (name,) in cursor.fetchall()}


def test_every_invariant_has_its_section():
    numbers = [heading.split(".")[0] for heading in sections_of(DOCS / "invariants.md")]

    assert numbers == [str(number) for number in range(1, INVARIANTS + 1)]


def test_what_the_database_holds_is_in_the_section_of_its_number(in_database: set[str]):
    sections = {
        f"inv{int(heading.split('.')[0]):02d}": set(QUOTED.findall(text))
        for heading, text in sections_of(DOCS / "invariants.md").items()
    }

    assert in_database
    assert [name for name in sorted(in_database) if name not in sections[name[:5]]] == []


def test_every_name_with_a_number_exists(in_database: set[str]):
    raised = {
        name
        for path in ROOT.glob("*/migrations/sql/*.sql")
        for name in re.findall(r"CONSTRAINT = '(\w+)'", read(path))
    }
    controls = {rule.stem for rule in rules()}
    known = in_database | raised | controls

    named = {name for name in quoted_in(DOCS / "invariants.md") if re.match(r"inv\d\d_\w+$", name)}

    assert controls <= named
    assert named - known == set()


def test_every_test_that_a_page_names_exists():
    named = {name for page in PAGES for name in quoted_in(page) if name.startswith("test_")}
    functions = {name for name in named if "." not in name and name != "test_invNN_"}

    assert len(functions) > INVARIANTS
    assert functions - names_of_tests() == set()


def test_each_invariant_is_tested_or_said_to_be_missing():
    silent = [
        heading
        for heading, text in sections_of(DOCS / "invariants.md").items()
        if "`test_" not in text and "Not built yet" not in text
    ]

    assert silent == []


def test_every_model_is_in_the_glossary():
    models = {
        model.__name__ for label in OUR_APPS for model in apps.get_app_config(label).get_models()
    }

    assert len(models) > 20
    assert models - quoted_in(DOCS / "glossaire.md") == set()


def test_every_variable_is_explained_in_both_places():
    variables = environment_variables()
    example = set(
        re.findall(r"^#?([A-Z][A-Z_]+)=", read(ROOT / ".env.example"), flags=re.MULTILINE)
    )

    assert {"SECRET_KEY", "DATABASE_URL", "FIELD_ENCRYPTION_KEYS", "SANDBOX_DATABASE"} <= variables
    assert variables - example == set()
    assert variables - quoted_in(DOCS / "exploitation.md") == set()


def test_every_periodic_task_is_documented():
    documented = quoted_in(DOCS / "exploitation.md")
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if name.partition(".")[0] in OUR_APPS}

    assert set(settings.CELERY_BEAT_SCHEDULE) <= ours
    assert ours - documented == set()


def test_every_command_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), flags=re.MULTILINE))
    text = "\n".join(read(page) for page in PAGES)

    made = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, flags=re.MULTILINE))
    managed = set(re.findall(r"manage\.py ([a-z_]+)", text))

    assert {"demo", "test", "quality"} <= made
    assert made - targets == set()
    assert managed - set(get_commands()) == set()


def test_every_own_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in OUR_APPS}
    text = "\n".join(read(page) for page in PAGES)

    inside = {"prepare_demo"}  # a step of `demo`, run by nobody else
    assert {name for name in ours - inside if name not in text} == set()


def test_decisions_are_numbered_listed_and_whole():
    index = read(DOCS / "adr" / "README.md")

    assert [path.name[:4] for path in ADRS] == [f"{n:04d}" for n in range(1, len(ADRS) + 1)]
    for path in ADRS:
        assert list(sections_of(path)) == ["Status", "Context", "Decision", "Consequences"], path
        assert sections_of(path)["Status"].strip(), path
        assert read(path).startswith(f"# {path.name[:4]}. "), path
        assert f"]({path.name})" in index, path


def test_every_page_that_the_code_names_exists():
    named = {
        name
        for application in (*OUR_APPS, "bareme", "payzen_sandbox", "tests", "scripts", "benchmarks")
        for path in (ROOT / application).rglob("*")
        if path.suffix in {".py", ".csv", ".sql", ".sh"}
        for name in re.findall(r"docs/(?:adr/\d{4}|[\w/-]+\.md)", read(path))
    }

    assert "docs/adr/0002" in named
    assert [name for name in sorted(named) if not list(ROOT.glob(f"{name}*"))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    broken = [
        link
        for link in LINK.findall(read(page))
        if "://" not in link and not _leads_somewhere(page, link)
    ]

    assert broken == []


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [
            (page.parent / link.partition("#")[0]).resolve()
            for link in LINK.findall(read(page))
            if "://" not in link and not link.startswith("#")
        ]

    assert set(PAGES) - reached == set()


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target)


def _anchors(page: Path) -> set[str]:
    """The anchors that forges make of headings: lower case, punctuation out, blanks to hyphens."""
    headings = re.findall(r"^#+ (.+)$", read(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page: Path):
    named = {
        name
        for name in quoted_in(page)
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", name)
        and name.split("/")[0] in _top_level()
        and not name.startswith("var/")
    }

    assert {name for name in named if not (ROOT / name).exists()} == set()


def _top_level() -> set[str]:
    """Folders, and files with an extension: `locale` alone could be any word."""
    return {path.name for path in ROOT.iterdir() if path.name not in {".venv", "var"}}


def test_the_diagram_of_states_is_the_table_of_moves():
    drawn = re.findall(r"^ +([A-Z]+) --> ([A-Z]+)$", read(DOCS / "architecture.md"), re.MULTILINE)

    assert sorted(drawn) == allowed_pairs()


def test_pictures_are_light_and_shown():
    text = "\n".join(read(page) for page in PAGES)
    images = sorted((DOCS / "images").iterdir())

    assert images
    assert [image.name for image in images if image.name not in text] == []
    assert [image.name for image in images if image.stat().st_size > HEAVIEST_IMAGE] == []


def test_the_licence_is_the_whole_agpl():
    text = read(ROOT / "LICENSE")

    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "13. Remote Network Interaction" in text
    assert "END OF TERMS AND CONDITIONS" in text

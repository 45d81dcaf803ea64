"""The repository tests itself: rules that a reviewer would otherwise have to remember."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from caf_portal.celery import app as celery_app
from caisses.perms import IsAgent
from echanges.api.authentication import HasKey, KeyAuthentication
from payments.status import allowed_pairs

ROOT = Path(__file__).resolve().parents[1]
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
SOURCES = sorted(
    path
    for app in OUR_APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
#: Reached without an agent's login: the debtors' pages and the probes. Anything new must be
#: written here on purpose.
PUBLIC_NAMESPACES = frozenset({"allocataires", "caisses", "payments", "recouvrement"})
PUBLIC_NAMES = frozenset({"healthz", "readyz"})


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def files_with(pattern: str) -> set[str]:
    found = re.compile(pattern)
    return {relative(path) for path in SOURCES if found.search(path.read_text("utf-8"))}


def test_the_words_of_payzen_stay_at_the_edge():
    # The demo speaks from outside: its check drives the hosted page as a browser would, and its
    # past is told as the platform tells it.
    allowed = (
        "payments/gateways/payzen/",
        "caf_portal/demo/journey.py",
        "rapprochement/demo/platform.py",
    )
    outside = {name for name in files_with("vads_") if not name.startswith(allowed)}
    assert outside - _naming_only("vads_") == set()


#: What PayFiP calls an operation, an account, a reference, an address, a result… and what speaks
#: to it. Its words that are everybody's French are left out.
PAYFIP_WORDS = re.compile(
    r"\b(idop|numcli|refdet|resultrans|exer|mel|urlnotif|urlredirect|numauto"
    r"|dattrans|heurtrans|paiementws|eopayment|zeep)\b",
    re.IGNORECASE,
)


def test_the_words_of_payfip_stay_at_the_edge():
    edge = "payments/gateways/payfip/"
    # Addresses of the service and of the page are settings, as PayZen's are.
    addresses = {"caf_portal/settings/base.py", "caf_portal/settings/test.py"}
    addresses |= {"caf_portal/demo/environment.py"}
    found = {relative(path) for path in SOURCES if _payfip_words(path)}

    assert {name for name in found if name.startswith(edge)} >= {
        f"{edge}{name}.py" for name in ("answer", "gateway", "operation", "service")
    }
    assert {name for name in found if not name.startswith(edge)} <= addresses


def test_payfip_is_chosen_in_one_place():
    modules = files_with(r"gateways\.payfip")
    assert {name for name in modules if not name.startswith("payments/gateways/payfip/")} == {
        "payments/gateways/choose.py"
    }


def test_templates_do_not_know_the_words_of_a_platform():
    pages = [path for folder in (ROOT / "templates",) for path in folder.rglob("*.html")]
    words = re.compile(r"vads_|\bidop\b|numcli|refdet", re.IGNORECASE)
    assert len(pages) > 20
    assert [relative(path) for path in pages if words.search(path.read_text("utf-8"))] == []


def _payfip_words(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {
        part
        for node in ast.walk(tree)
        for part in _identifiers(node)
        if PAYFIP_WORDS.fullmatch(part)
    }
    texts = {word.lower() for text in _code_strings(path) for word in PAYFIP_WORDS.findall(text)}
    return names | texts


def _identifiers(node: ast.AST) -> list[str]:
    """Every name that a piece of code gives or uses, and the modules that it imports."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.arg | ast.keyword):
        return [node.arg or ""]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")
    if isinstance(node, ast.Import):
        return [part for alias in node.names for part in alias.name.split(".")]
    return []


def _naming_only(word: str) -> set[str]:
    """Files that only speak of the word, in a docstring or a comment."""
    return {
        relative(path)
        for path in SOURCES
        if not any(word in text for text in _code_strings(path)) and word not in _names(path)
    }


def _code_strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def _names(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    return " ".join(
        getattr(node, "id", getattr(node, "attr", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    )


def test_only_the_environment_module_reads_the_environment():
    readers = files_with(r"os\.environ|os\.getenv|environb")
    before_django = {
        name for name in readers if name.startswith(("caf_portal/embedded/", "caf_portal/demo/"))
    }
    assert readers - before_django == {
        "caf_portal/env.py",
        "caf_portal/wsgi.py",
        "caf_portal/celery.py",
    }


def test_locks_are_written_in_few_places():
    assert files_with(r"\.select_for_update\(") <= {
        "allocataires/models/creance.py",
        "allocataires/models/echeancier.py",
        "echanges/models/sortie.py",
        "echanges/models/lot.py",
        "payments/models/link.py",
        "payments/models/payment.py",
        "payments/models/refund.py",
        "payments/models/surplus.py",
        "payments/services/booking.py",
        "payments/services/key_rotation.py",
        "payments/services/shop_settings.py",
        "recouvrement/models/demande.py",
        "recouvrement/models/mutation_demandee.py",
        "relation_usager/services/relay.py",
        "caisses/services/chartes.py",
        "caisses/services/habilitations.py",
        "comptabilite/models/schema.py",
        "comptabilite/models/anomalie.py",
    }


def test_nobody_but_the_workflow_writes_a_payment_log():
    assert files_with(r"PaymentLog(\.objects\.\w*create|\()") - {"payments/models/payment.py"} == {
        "payments/workflow.py"
    }


def test_no_clock_in_the_services():
    clocks = {
        name
        for name in files_with(r"timezone\.now\(\)|datetime\.now\(|date\.today\(")
        if "/services/" in name
    }
    assert clocks == set()


def test_no_signal_between_applications():
    assert files_with(r"@receiver\(|django\.dispatch|\bpost_save\b|\bpre_save\b") == set()


def test_every_address_is_for_agents_or_on_the_short_public_list():
    opened = {
        name
        for name, pattern in _patterns(get_resolver().url_patterns, ())
        if not getattr(pattern.callback, "login_required", True)
        and name[0] not in PUBLIC_NAMESPACES
        and name[-1] not in PUBLIC_NAMES
    }
    api = {name for name in opened if name[0] == "api"}
    assert opened - api <= _login_pages()


def test_the_api_asks_for_an_agent_or_a_key_everywhere():
    views = [
        pattern.callback.cls
        for name, pattern in _patterns(get_resolver().url_patterns, ())
        if name[0] == "api" and name[-1] != "schema"
    ]
    assert views
    assert all(view.permission_classes in ([IsAgent], [HasKey]) for view in views)
    keyed = [view for view in views if view.permission_classes == [HasKey]]
    assert all(view.authentication_classes == [KeyAuthentication] for view in keyed)


def _login_pages() -> set[tuple[str, ...]]:
    return {(site, page) for site in ("agents", "national") for page in ("login", "jsi18n")} | {
        ("relation_usager", page) for page in ("mailbox", "mailbox_message")
    }


def _patterns(patterns, namespaces):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _patterns(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield (*namespaces, pattern.name or str(pattern.pattern)), pattern


def test_every_task_of_the_schedule_exists():
    celery_app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(celery_app.tasks)


@pytest.mark.django_db
def test_inv13_every_table_of_a_fund_is_walled_off():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'caisse_id'"
            " WHERE c.relkind = 'r' AND NOT a.attisdropped"
        )
        tables = {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}

    ours = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "caisse_id" for field in model._meta.local_fields)
    }
    assert set(tables) == ours
    assert [name for name, state in tables.items() if state != (True, True)] == []


@pytest.mark.django_db
def test_inv06_the_database_holds_exactly_the_table_of_moves():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'inv06_payment_log_along_the_table'"
        )
        (definition,) = cursor.fetchone()
    pairs = re.findall(r"from_status\)?::text = '(\w+)'.*?to_status\)?::text = '(\w+)'", definition)
    assert sorted(pairs) == allowed_pairs()


def test_every_template_is_used():
    templates = {
        str(path.relative_to(folder))
        for folder in [ROOT / "templates", *ROOT.glob("*/templates")]
        if "payzen_sandbox" not in folder.parts
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".html", ".txt", ".typ", ".svg"}
    }
    sources = "\n".join(path.read_text("utf-8") for path in SOURCES)
    pages = "\n".join(
        path.read_text("utf-8")
        for folder in [ROOT / "templates", *ROOT.glob("*/templates")]
        for path in folder.rglob("*.html")
    )
    unused = {name for name in templates if not _mentioned(name, sources + pages)}
    assert unused == set()


def _mentioned(name: str, text: str) -> bool:
    """Named in full, built from its folder and stem, or looked up by Django itself."""
    if name in text or name.startswith(("admin/", "registration/")):
        return True
    stem = re.escape(str(Path(name).parent)) + r"/(\{|%)"
    return re.search(stem, text) is not None


def test_every_template_compiles():
    for folder in [ROOT / "templates"]:
        for path in folder.rglob("*.html"):
            get_template(str(path.relative_to(folder)))


def test_small_files_and_small_functions():
    long_files, long_functions = [], []
    for path in SOURCES:
        text = path.read_text("utf-8")
        if text.count("\n") > 400:
            long_files.append(relative(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                long_functions.append(f"{relative(path)}:{node.name}")
    assert (long_files, long_functions) == ([], [])


def test_every_public_function_class_and_module_says_what_it_does():
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree) and path.read_text("utf-8").strip():
            silent.append(relative(path))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                silent.append(f"{relative(path)}:{node.name}")
    assert silent == []


def test_no_path_of_a_machine_and_no_registry_in_what_is_committed():
    hosts = ("pypi|pythonhosted", "npmjs", "debian")
    homes = r"root|home/\w+"
    words = re.compile(rf"/({homes})/|({hosts[0]})[.]org|registry[.]{hosts[1]}|deb[.]{hosts[2]}")
    found = [
        relative(path)
        for path in [
            *ROOT.glob("*.*"),
            *ROOT.glob("requirements/*"),
            *(ROOT / "docs").rglob("*.md"),
        ]
        if path.is_file() and path.suffix != ".pyc" and words.search(path.read_text("utf-8"))
    ]
    assert found == []

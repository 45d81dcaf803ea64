"""Everything the portal needs to run; values that differ by place come from ``caf_portal.env``."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from caf_portal import env
from caf_portal.settings.celery import *  # noqa: F403 - one namespace, two subjects
from caf_portal.settings.exchanges import *  # noqa: F403 - one namespace, two subjects
from caf_portal.settings.logs import *  # noqa: F403 - one namespace, two subjects
from caf_portal.settings.security import *  # noqa: F403 - one namespace, two subjects

BASE_DIR = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = env.required("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
#: Public address of the portal: return links given to PayZen and links in messages.
PORTAL_URL = env.http_url("PORTAL_URL")
#: How many trusted proxies stand in front; the client's address is read behind them.
TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXY_COUNT", 0)
#: A demonstration shows a login that stands for caf.fr and a mail box; never in production.
DEMO = False

INSTALLED_APPS = [
    "caf_portal",
    "caisses",
    "allocataires",
    "relation_usager",
    "comptabilite",
    "payments",
    "recouvrement",
    "rapprochement",
    "echanges",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before whatever reads the session.
    "caf_portal.null_characters.NullCharacterMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    # Last, so that every refusal above happens before a transaction is opened.
    "allocataires.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "caf_portal.urls"
WSGI_APPLICATION = "caf_portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "allocataires.context.page",
            ],
        },
    }
]

# Services own their transactions: see caf_portal/database/scope.py.
_LOCKS_END = "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
_REQUESTS_END = f"-c statement_timeout=10000 {_LOCKS_END}"


def _connection(name: str, *, pool_size: int, limits: str) -> dict[str, Any]:
    parsed = env.database(name)
    # Values travel apart from the statement: neither PostgreSQL's own log of errors nor the list of
    # running statements, which every session may read, then shows a name or an address.
    options = {**parsed.get("OPTIONS", {}), "options": limits, "server_side_binding": True}
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 5}
    # A pool and persistent connections exclude each other.
    return {**parsed, "OPTIONS": options, "CONN_MAX_AGE": 0 if pool_size else 60}


DATABASES = {
    "default": _connection(
        "DATABASE_URL", pool_size=env.whole("DATABASE_POOL_SIZE", 0), limits=_REQUESTS_END
    ),
}
if env.text("DATABASE_OWNER_URL", ""):
    # Only where migrations run: web and workers never hold the owner's credentials.
    # A migration of a large table may be long; it gives up at once on a lock.
    DATABASES["owner"] = _connection("DATABASE_OWNER_URL", pool_size=0, limits=_LOCKS_END)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "caisses.Agent"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "agents:login"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_AGE = 60 * 60
# And no longer than the browser is open: the next person at the same computer starts anew.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False

EMAIL_HOST = env.required("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 25, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.required("DEFAULT_FROM_EMAIL")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["caisses.perms.IsAgent"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "caf_portal.pagination.NewestFirst",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "caf_portal.api_schema.ProblemSchema",
    "EXCEPTION_HANDLER": "caf_portal.problems.as_problem",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portail de remboursement",
    "DESCRIPTION": (
        "What agents read of their funds (session): debts, payments, écritures. What a fund's"
        " software sends and reads (key): lots of debts and movements, events."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Two sets of values under one field name need names of their own.
    "ENUM_NAME_OVERRIDES": {
        "PaymentStatusEnum": "payments.status.PaymentStatus",
        "LotStatusEnum": "echanges.models.lot.LotStatus",
        "LotFormatEnum": "echanges.models.lot.LotFormat",
        "ExportFormatEnum": "comptabilite.models.export.ExportFormat",
        "EvenementKindEnum": "echanges.models.sortie.EvenementKind",
        "MouvementTypeEnum": "allocataires.nomenclature.MouvementType",
    },
}

#: Hosted page and REST API of PayZen; one platform under several host names (sheet §0).
PAYZEN_FORM_URL = env.http_url("PAYZEN_FORM_URL") + "/"
PAYZEN_REST_URL = env.http_url("PAYZEN_REST_URL")
#: Mode of the shops this portal talks to: a TEST portal refuses PRODUCTION messages.
PAYZEN_MODE = env.one_of("PAYZEN_MODE", ("TEST", "PRODUCTION"), default="TEST")
#: Payments that may be begun on one debt in one Paris day, whatever became of them.
PAYMENT_ATTEMPTS_PER_DAY = env.whole("PAYMENT_ATTEMPTS_PER_DAY", 10, minimum=1)
# Plans that no card pays: days before a due when its person is reminded, and days after it when an
# agent is told that nothing came in.
PLAN_REMINDER_DAYS = env.whole("PLAN_REMINDER_DAYS", 5, minimum=1)
PLAN_OVERDUE_DAYS = env.whole("PLAN_OVERDUE_DAYS", 10, minimum=1)
#: PayFiP, for the funds whose shop is there: the national service unless told otherwise.
PAYFIP_SERVICE_URL = env.http_url(
    "PAYFIP_SERVICE_URL", "https://www.payfip.gouv.fr/tpa/services/securite"
)
PAYFIP_PAYMENT_URL = env.http_url(
    "PAYFIP_PAYMENT_URL", "https://www.payfip.gouv.fr/tpa/paiementws.web"
)
#: Above it, a difference between a bank line and what it brings is no settlement gap.
SETTLEMENT_GAP_MAX_CENTS = env.whole("SETTLEMENT_GAP_MAX_CENTS", 100)
#: Largest file that an agent may bring through a page, and how long files of debts are kept.
LOT_UPLOAD_MAX_MB = env.whole("LOT_UPLOAD_MAX_MB", 100, minimum=1)
LOT_FILE_DAYS = env.whole("LOT_FILE_DAYS", 90, minimum=1)
#: Fernet keys that protect the shops' secrets at rest; the first one encrypts.
FIELD_ENCRYPTION_KEYS = env.fernet_keys("FIELD_ENCRYPTION_KEYS")

"""Settings of the sandbox. Everything that varies comes from `environment`."""

import os
from pathlib import Path

from payzen_sandbox.environment import read_environment

BASE_DIR = Path(__file__).resolve().parent
ENVIRONMENT = read_environment(os.environ)

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
ROOT_URLCONF = "payzen_sandbox.urls"
WSGI_APPLICATION = "payzen_sandbox.wsgi.application"
INSTALLED_APPS = [
    "payzen_sandbox.apps.PayzenSandboxConfig",
    "payzen_sandbox.payfip.apps.PayfipSandboxConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "payzen_sandbox.middleware.StrictPages",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "payfip" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "payzen_sandbox.context.sandbox_time",
            ],
            "builtins": ["payzen_sandbox.templatetags.money"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ENVIRONMENT.database,
        "OPTIONS": {
            "timeout": 20,
            # Several threads write: taking the write lock at BEGIN makes them queue, where a lock
            # taken later in the transaction would fail at once with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"

# Cookies do not tell ports apart: a name of our own keeps the portal's token, on the same
# loopback address, from being overwritten.
CSRF_COOKIE_NAME = "sandbox_csrftoken"
CSRF_COOKIE_HTTPONLY = True
# Behind a proxy that ends TLS, requests look like http while the browser's origin is https.
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_origin]
CSRF_COOKIE_SECURE = ENVIRONMENT.public_origin.startswith("https:")
CSRF_FAILURE_VIEW = "payzen_sandbox.views.failures.csrf_failure"
LANGUAGE_COOKIE_NAME = "sandbox_language"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"payzen_sandbox": {"handlers": ["console"], "level": "INFO"}},
}

"""Tests: the real databases, mail kept in memory, quick passwords, static files unhashed."""

from ipaddress import ip_network

from caf_portal import env

env.fill_in(
    SECRET_KEY="only-for-tests-" + "0" * 50,
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    PORTAL_URL="http://testserver",
    EMAIL_HOST="127.0.0.1",
    DEFAULT_FROM_EMAIL="ne-pas-repondre@portail.example",
    PAYZEN_FORM_URL="http://127.0.0.1:9/vads-payment",
    PAYZEN_REST_URL="http://127.0.0.1:9/api-payment",
    PAYFIP_SERVICE_URL="http://127.0.0.1:9/payfip/services/securite",
    PAYFIP_PAYMENT_URL="http://127.0.0.1:9/payfip/paiementws.web",
    FIELD_ENCRYPTION_KEYS="MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=",
)

from caf_portal.settings.base import *  # noqa: E402, F403 - settings are layered

DEMO = True
# The fund's software stands on the same machine here.
WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
DEMO_FOLDER = BASE_DIR / "var" / "test"  # noqa: F405
MAILBOX_PATH = str(BASE_DIR / "var" / "test" / "mail")  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
# Missing template variables are shown in the page, where a test looks for them.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "⚠undefined:%s⚠"  # noqa: F405
WHITENOISE_AUTOREFRESH = True

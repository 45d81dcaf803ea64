"""Production only tightens. It expects a proxy that ends TLS and sets X-Forwarded-Proto."""

from django.core.exceptions import ImproperlyConfigured

from caf_portal import env
from caf_portal.published_secrets import refuse_published_keys, refuse_published_text
from caf_portal.settings.base import *  # noqa: F403 - settings are layered

if not PORTAL_URL.startswith("https://"):  # noqa: F405
    raise ImproperlyConfigured("PORTAL_URL must start with https:// in production.")
for _name in ("PAYZEN_FORM_URL", "PAYZEN_REST_URL", "PAYFIP_SERVICE_URL", "PAYFIP_PAYMENT_URL"):
    if not globals()[_name].startswith("https://"):
        raise ImproperlyConfigured(f"{_name} must start with https:// in production.")
if len(SECRET_KEY) < 50:  # noqa: F405
    raise ImproperlyConfigured("SECRET_KEY must have 50 characters or more in production.")
if not str(DATABASES["default"]["HOST"]).endswith(".example"):  # noqa: F405
    # The values that build the image are in the sources: they only go with a database whose name
    # is reserved and answers nowhere (docker/placeholders.env).
    refuse_published_text("SECRET_KEY", SECRET_KEY)  # noqa: F405
    refuse_published_keys("FIELD_ENCRYPTION_KEYS", FIELD_ENCRYPTION_KEYS)  # noqa: F405
if "*" in ALLOWED_HOSTS:  # noqa: F405
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's own hosts in production.")
if TRUSTED_PROXY_COUNT < 1:  # noqa: F405
    # Everybody would have the proxy's address, and share the tries of one.
    raise ImproperlyConfigured("TRUSTED_PROXY_COUNT must be 1 or more in production.")

# Only safe because the proxy removes this header from what callers send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
# A redirect would lose the notification's form: it is answered as it comes (sheet C.6). The
# probes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^paiement/ipn/?$", r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

"""``/healthz``: the process answers. ``/readyz``: it may be given work."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

_HELD_BY_WALLS = """
SELECT NOT (r.rolsuper OR r.rolbypassrls)
       AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
                                                AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
  FROM pg_roles r WHERE r.rolname = session_user
"""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Says that the process is alive; asks nothing of anybody."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated and walls the funds off; 503 otherwise.

    Redis is told but does not decide: payments are booked without it.
    """
    checks = {"database": _database(), "migrations": _migrated(), "walls": _walled()}
    ready = all(checks.values())
    checks["redis"] = _redis()
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return False


def _walled() -> bool:
    """Whether row-level security holds this connection: a superuser or the owner passes it by."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HELD_BY_WALLS)
            return bool(cursor.fetchone()[0])
    except Error:
        return False


def _redis() -> bool:
    try:
        client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        return bool(client.ping())
    except RedisError:
        return False

"""Which funds have work waiting."""

from django.db import connection

from caf_portal.database.scope import national_scope


def funds_with_movements_to_write() -> list[int]:
    """The funds whose debts have a movement that no écriture tells."""
    with national_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM caisses_caisse c WHERE EXISTS ("
            " SELECT FROM rapprochement_mouvement_a_ecrire m WHERE m.caisse_id = c.id)"
            " ORDER BY c.id"
        )
        return [caisse_id for (caisse_id,) in cursor.fetchall()]

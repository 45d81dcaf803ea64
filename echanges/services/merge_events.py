"""Movements and states: what happened, applied once, in the order of the file for each debt.

The n-th events of all the debts are applied together, one wave after the other, so that each is
judged on the balance and the state that those before it left: the database computes both. The
debts are under lock since ``merge_debts``.
"""

from datetime import datetime

from django.db import connection

from caf_portal.paris import paris_date
from echanges.services.merge_sql import DEBT_OF_LINE, RIGHT, Merge
from recouvrement.services.suspension import RUNNING

# Two facts that look the same differ by their identifier; the digest says all the rest.
_FIND = f"""
CREATE TEMPORARY TABLE lot_fait ON COMMIT DROP AS
SELECT s.line, s.id, c.id AS creance_id, k.content AS known, s.content,
       row_number() OVER (PARTITION BY c.id ORDER BY s.line) AS wave
  FROM (SELECT *, md5(concat_ws('|', numero, nature, rang, mouvement,
                                coalesce(montant_centimes::text, ''), etat, effet,
                                coalesce(jusqu_au::text, ''), note)) AS content
          FROM lot_evenement) s
  {DEBT_OF_LINE}
  LEFT JOIN echanges_ligneappliquee k ON k.caisse_id = {{caisse}} AND k.key = s.id
 WHERE {RIGHT}
"""  # noqa: S608 - our own names
_NO_DEBT = """
INSERT INTO lot_rejet (line, field, code, detail)
SELECT line, 'rang', 'DETTE_INCONNUE', '' FROM lot_fait WHERE creance_id IS NULL
"""
_OTHER_FACT = """
INSERT INTO lot_rejet (line, field, code, detail)
SELECT line, 'id', 'IDENTIFIANT_DEJA_UTILISE', '' FROM lot_fait
 WHERE creance_id IS NOT NULL AND known <> content
"""
_WAVES = "SELECT coalesce(max(wave), 0) FROM lot_fait WHERE known IS NULL"
_OF_WAVE = """
  FROM lot_fait f JOIN lot_evenement s USING (line)
  JOIN allocataires_creance c ON c.id = f.creance_id AND c.caisse_id = {caisse}
 WHERE f.wave = {wave} AND f.known IS NULL
"""
_TOO_MUCH = f"""
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line, 'montant_centimes', 'SOLDE_INSUFFISANT', c.balance_cents::text {_OF_WAVE}
   AND s.sens = 'BAISSE' AND s.montant_centimes > c.balance_cents
"""
# The table of moves lets an ended debt come back: by the movement that raises it, not by a word.
_NOTHING_LEFT = f"""
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line, 'etat', 'DETTE_SOLDEE', '' {_OF_WAVE}
   AND s.etat <> '' AND s.etat <> c.state AND c.balance_cents = 0
"""
# A debt that the portal moved to another fund is that fund's, and comes back by the same road.
_NO_SUCH_MOVE = f"""
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line, 'etat', 'PASSAGE_INTERDIT', c.state {_OF_WAVE}
   AND s.etat <> '' AND s.etat <> c.state AND {RIGHT}
   AND (c.state = 'MUTEE' OR NOT EXISTS (
        SELECT FROM lot_passage p WHERE p.from_state = c.state AND p.to_state = s.etat))
"""  # noqa: S608 - our own names
# What the law stopped, no file starts again: the same as for an agent (ADR 0013).
_CLAIMING = ", ".join(f"'{state}'" for state in sorted(RUNNING))
_STOPPED_BY_LAW = f"""
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line, 'etat', 'DEMANDE_EN_COURS', '' {_OF_WAVE}
   AND s.etat IN ({_CLAIMING}) AND s.etat <> c.state AND {RIGHT}
   AND EXISTS (SELECT FROM recouvrement_demande d
                WHERE d.creance_id = c.id AND d.caisse_id = {{caisse}} AND d.suspends
                  AND (d.status = 'DEPOSEE' OR d.resume_on > {{today}}))
"""  # noqa: S608 - our own names
_SOURCE = "md5('{caisse}:' || s.id)::uuid"
_MOVEMENTS = f"""
INSERT INTO allocataires_mouvement
       (caisse_id, creance_id, rank, kind, sens, amount_cents, balance_after_cents, value_on,
        recorded_at, source_id)
SELECT {{caisse}}, c.id, 0, s.mouvement, s.sens, s.montant_centimes, 0, s.effet, {{now}},
       {_SOURCE} {_OF_WAVE} AND s.mouvement <> '' AND {RIGHT} ORDER BY c.id
"""
_STATES = f"""
INSERT INTO allocataires_etape
       (caisse_id, creance_id, from_state, to_state, cause, "on", until_on, note, at, source_id)
SELECT {{caisse}}, c.id, c.state, s.etat, 'CAISSE', s.effet, s.jusqu_au, s.note, {{now}},
       {_SOURCE} {_OF_WAVE} AND s.etat <> '' AND s.etat <> c.state AND {RIGHT} ORDER BY c.id
"""
_REMEMBER = f"""
INSERT INTO echanges_ligneappliquee (caisse_id, lot_id, key, content)
SELECT {{caisse}}, {{lot}}, s.id, s.content FROM lot_fait s WHERE s.known IS NULL AND {RIGHT}
"""  # noqa: S608 - our own names


def merge_events(merge: Merge, *, lot_id: int, now: datetime) -> int:
    """Apply the lines ``mouvement`` and ``etat``; says how many changed something."""
    merge.run(_FIND)
    merge.run(_NO_DEBT)
    merge.run(_OTHER_FACT)
    merge.run("CREATE INDEX ON lot_fait (wave)")
    merge.run("ANALYZE lot_fait")
    merge.expect(0)
    _tell_nothing_back("on")
    applied = 0
    today = f"'{paris_date(now).isoformat()}'::date"
    for wave in range(1, merge.one(_WAVES) + 1):
        for statement in (_TOO_MUCH, _NOTHING_LEFT, _NO_SUCH_MOVE, _STOPPED_BY_LAW):
            merge.run(statement.replace("{wave}", str(wave)).replace("{today}", today))
        for statement in (_MOVEMENTS, _STATES):
            at = f"'{now.isoformat()}'::timestamptz"
            applied += merge.run(statement.replace("{wave}", str(wave)).replace("{now}", at))
    _tell_nothing_back("")
    merge.run(_REMEMBER.replace("{lot}", str(lot_id)))
    return applied


def drop_found() -> None:
    """Take away the tables that the merges made."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE lot_trouve, lot_fait")


def _tell_nothing_back(setting: str) -> None:
    """Whether movements written from now on are the fund's own words (``fait_of_mouvement``)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('echanges.loading', %s, true)", [setting])

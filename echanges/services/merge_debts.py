"""Debts and their months: added, or brought up to date where that has a meaning.

The amount and the dates of a debt never change: an amount is corrected by a movement, which the
person sees. What explains it (motif, period, who erred) and how it is repaid may.
"""

from echanges.services.merge_sql import DEBT_OF_LINE, RIGHT, Merge

_FIND = f"""
CREATE TEMPORARY TABLE lot_trouve ON COMMIT DROP AS
SELECT s.line, a.id AS allocataire_id, c.id AS creance_id FROM lot_creance s {DEBT_OF_LINE}
 WHERE {RIGHT}
"""  # noqa: S608 - our own names
_NO_PERSON = """
INSERT INTO lot_rejet (line, field, code, detail)
SELECT line, 'numero', 'PERSONNE_INCONNUE', '' FROM lot_trouve WHERE allocataire_id IS NULL
"""
_OTHER_DEBT = """
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line,
       CASE WHEN c.initial_cents <> s.montant_centimes THEN 'montant_centimes'
            WHEN c.implanted_on <> s.enregistree THEN 'enregistree' ELSE 'notifiee' END,
       'CONTENU_DIFFERENT',
       CASE WHEN c.initial_cents <> s.montant_centimes THEN c.initial_cents::text
            WHEN c.implanted_on <> s.enregistree THEN c.implanted_on::text
            ELSE c.notified_on::text END
  FROM lot_creance s JOIN lot_trouve USING (line)
  JOIN allocataires_creance c ON c.id = creance_id AND c.caisse_id = {caisse}
 WHERE (c.initial_cents, c.implanted_on, c.notified_on)
       IS DISTINCT FROM (s.montant_centimes, s.enregistree, s.notifiee)
"""
_SAID = {
    "motif": "s.motif",
    "origine": "s.origine",
    "responsable_code": "s.responsable",
    "fraude": "coalesce(s.fraude, false)",
    "event_on": "s.evenement",
    "period_start_on": "s.periode_debut",
    "period_end_on": "s.periode_fin",
    "recovery_mode": "coalesce(nullif(s.mode, ''), 'DIRECT')",
    "monthly_cents": "s.retenue_centimes",
}
# How the fund is repaid is its own word: what a file leaves out stays as the last one said it.
_KEPT = {
    **_SAID,
    "recovery_mode": "coalesce(nullif(s.mode, ''), c.recovery_mode)",
    "monthly_cents": "coalesce(s.retenue_centimes, c.monthly_cents)",
}
_CHANGED = (
    f"({', '.join(f'c.{name}' for name in _KEPT)}) IS DISTINCT FROM ({', '.join(_KEPT.values())})"
)
#: Every debt that this load will touch, in the one order that everybody takes their locks in.
_LOCK = f"""
SELECT count(*) FROM (
    SELECT id FROM allocataires_creance
     WHERE caisse_id = {{caisse}} AND id IN (
        SELECT creance_id FROM lot_trouve JOIN lot_creance s USING (line)
          JOIN allocataires_creance c ON c.id = creance_id AND c.caisse_id = {{caisse}}
         WHERE {_CHANGED}
         UNION
        SELECT c.id FROM lot_evenement s {DEBT_OF_LINE} WHERE c.id IS NOT NULL)
     ORDER BY id FOR NO KEY UPDATE) locked
"""  # noqa: S608 - our own names
_UPDATE = f"""
UPDATE allocataires_creance c
   SET {", ".join(f"{name} = {value}" for name, value in _KEPT.items())}
  FROM lot_creance s JOIN lot_trouve USING (line)
 WHERE c.id = creance_id AND c.caisse_id = {{caisse}} AND {RIGHT}
   AND {_CHANGED}
"""  # noqa: S608 - our own names
_INSERT = f"""
INSERT INTO allocataires_creance
       (caisse_id, allocataire_id, public_id, nature, rang, implanted_on, notified_on,
        initial_cents, balance_cents, mouvement_count, state, {", ".join(_SAID)})
SELECT {{caisse}}, allocataire_id, gen_random_uuid(), s.nature, s.rang, s.enregistree, s.notifiee,
       s.montant_centimes, 0, 0, 'NOTIFIEE', {", ".join(_SAID.values())}
  FROM lot_creance s JOIN lot_trouve USING (line)
 WHERE creance_id IS NULL AND allocataire_id IS NOT NULL AND {RIGHT}
 ORDER BY s.line
"""  # noqa: S608 - our own names

_MONTH_OF_NOTHING = f"""
INSERT INTO lot_rejet (line, field, code, detail)
SELECT s.line, 'rang', 'DETTE_INCONNUE', '' FROM lot_mois s {DEBT_OF_LINE}
 WHERE c.id IS NULL AND {RIGHT}
"""  # noqa: S608 - our own names
_MONTHS = f"""
INSERT INTO allocataires_moiscreance AS m (caisse_id, creance_id, month_on, paid_cents, due_cents)
SELECT {{caisse}}, c.id, s.mois, s.verse_centimes, s.du_centimes FROM lot_mois s {DEBT_OF_LINE}
 WHERE c.id IS NOT NULL AND {RIGHT}
 ORDER BY s.line
ON CONFLICT (creance_id, month_on) DO UPDATE
   SET paid_cents = excluded.paid_cents, due_cents = excluded.due_cents
 WHERE (m.paid_cents, m.due_cents) IS DISTINCT FROM (excluded.paid_cents, excluded.due_cents)
"""  # noqa: S608 - our own names


def merge_debts(merge: Merge) -> int:
    """Apply the lines ``creance``; says how many changed something. ``lot_trouve`` stays."""
    merge.refuse_twice("lot_creance", "numero, nature, rang", "rang")
    merge.run(_FIND)
    merge.run("ANALYZE lot_trouve")
    merge.run(_NO_PERSON)
    merge.one(_LOCK)
    merge.run(_OTHER_DEBT)
    return merge.run(_UPDATE) + merge.run(_INSERT)


def merge_months(merge: Merge) -> int:
    """Apply the lines ``mois``; says how many changed something."""
    merge.refuse_twice("lot_mois", "numero, nature, rang, mois", "mois")
    merge.run(_MONTH_OF_NOTHING)
    return merge.run(_MONTHS)

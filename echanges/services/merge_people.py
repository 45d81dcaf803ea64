"""People: added, or brought up to date; what the file does not say of them is kept."""

from echanges.services.merge_sql import RIGHT, Merge

# An address or a language that the file leaves out may have been given by the person.
_UPDATE = f"""
UPDATE allocataires_allocataire a
   SET nom = s.nom, prenom = s.prenom, naissance_on = s.naissance,
       email = coalesce(nullif(s.email, ''), a.email),
       langue = coalesce(nullif(s.langue, ''), a.langue)
  FROM lot_personne s
 WHERE a.caisse_id = {{caisse}} AND a.numero = s.numero AND {RIGHT}
   AND (a.nom, a.prenom, a.naissance_on, a.email, a.langue) IS DISTINCT FROM
       (s.nom, s.prenom, s.naissance, coalesce(nullif(s.email, ''), a.email),
        coalesce(nullif(s.langue, ''), a.langue))
"""  # noqa: S608 - our own names
_INSERT = f"""
INSERT INTO allocataires_allocataire
       (caisse_id, numero, public_id, nom, prenom, naissance_on, email, langue)
SELECT {{caisse}}, s.numero, gen_random_uuid(), s.nom, s.prenom, s.naissance, s.email,
       coalesce(nullif(s.langue, ''), 'fr')
  FROM lot_personne s
  LEFT JOIN allocataires_allocataire a ON a.caisse_id = {{caisse}} AND a.numero = s.numero
 WHERE a.id IS NULL AND {RIGHT}
 ORDER BY s.line
"""  # noqa: S608 - our own names


def merge_people(merge: Merge) -> int:
    """Apply the lines ``personne``; says how many changed something."""
    merge.refuse_twice("lot_personne", "numero", "numero")
    return merge.run(_UPDATE) + merge.run(_INSERT)

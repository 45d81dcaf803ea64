"""What the operations of the gateway are: one definition for matching, proof and pictures.

Two views of the database (``migrations/sql/operations.sql``) give it to whoever counts:

- ``rapprochement_operation``: what the gateway took or gave back, one row a line of JT, JO or JRI
  that moved something, with its Paris day. Each euro is in one of them only: the loading of a file
  signs its lines so (``services/gateway_amounts.py``). JRB tells the same money again, when it
  leaves for the bank: its lines are no operations.
- ``rapprochement_ligne_511``: the lines of the books that say the same, signed, on any account
  that a version of the scheme uses for card payments (``rapprochement_compte_plateforme``).

A shop of a platform without these files (PayFiP) has no operation: its payments stand on the side
of the books only, in one residual a day that an agent explains. Shops in test mode are treated as
the others: the portal serves one mode.
"""

from rapprochement.models.files import FichierKind

#: Files whose lines are operations.
TELLING = (FichierKind.JT, FichierKind.JO, FichierKind.JRI)

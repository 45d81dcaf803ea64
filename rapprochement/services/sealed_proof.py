"""What a closing keeps of the proof of its day: said once, never computed again."""

from typing import Any

from rapprochement.models import Rapprochement

#: Each residual is kept by name, up to this many; beyond, how many there were is still told.
KEPT = 500

_TOTALS = (
    "gateway_cents",
    "ledger_cents",
    "bank_cents",
    "ledger_bank_cents",
    "owed_cents",
    "ledger_owed_cents",
    "residuals",
    "unexplained",
    "unexplained_cents",
)


def sealed(proof: Rapprochement) -> dict[str, Any]:
    """The proof as JSON: its totals (cents) and its residuals, the largest first."""
    residus = sorted(proof.residus.all(), key=lambda each: (-abs(each.amount_cents), each.pk))
    return {
        **{name: getattr(proof, name) for name in _TOTALS},
        "computed_at": proof.computed_at.isoformat(),
        "residus": [
            {
                "kind": residu.kind,
                "subject": residu.subject,
                "amount_cents": residu.amount_cents,
                "since_on": residu.since_on.isoformat(),
                "detail": residu.detail,
            }
            for residu in residus[:KEPT]
        ],
    }


def explained_cents(proof: Rapprochement) -> int:
    """How much the two sides differ by, each difference being explained: a sum of distances."""
    return sum(abs(residu.amount_cents) for residu in proof.residus.all() if residu.explained)

"""What each line of the work list asks for: how soon, whose words settle it, when it comes again.

One row a kind. The pages that show and settle it are brought by the applications that know them
(``anomaly_pages.py``).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comptabilite.models.anomalie import AnomalieKind


class Words(StrEnum):
    """Whose written explanation settles a line, beside what is done about it."""

    AGENT = "AGENT"
    #: The fund's accountant, or a national administrator.
    COMPTABLE = "COMPTABLE"
    #: Nobody's: only an action does.
    NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True)
class WorkRule:
    """How a kind is worked on.

    - ``days``: days (Paris) after which it is late;
    - ``todo``: what settles it, said to the agent;
    - ``state``: it tells of a state and not of one event: answered by a fact and told again, it is
      a new line;
    - ``by_amount``: told again for an amount that no line of it has, it is a new line;
    - ``again_after``: told again so long after it was settled, it is a new line;
    - ``no_page``: why no page shows more of it than the line itself.
    """

    days: int
    todo: str | Promise
    words: Words = Words.AGENT
    state: bool = False
    by_amount: bool = False
    again_after: timedelta | None = None
    no_page: str = ""


_WEEK = timedelta(days=7)
_MONEY_KEPT = _("Rendez la somme, ou placez-la sur une dette de la personne.")

RULES: dict[AnomalieKind, WorkRule] = {
    AnomalieKind.AMOUNT_MISMATCH: WorkRule(1, _MONEY_KEPT, by_amount=True),
    AnomalieKind.CURRENCY_MISMATCH: WorkRule(
        1, _("Rendez la somme dans le guichet de la plateforme, puis écrivez-le."), by_amount=True
    ),
    AnomalieKind.UNKNOWN_ORDER: WorkRule(
        1,
        _("Identifiez la personne, ou rendez la somme chez la plateforme et dites-le ici."),
        by_amount=True,
    ),
    AnomalieKind.SECOND_PAYMENT: WorkRule(3, _MONEY_KEPT, by_amount=True),
    AnomalieKind.SURPLUS: WorkRule(
        7, _("La personne choisit ; au-delà de son délai, choisissez pour elle."), by_amount=True
    ),
    AnomalieKind.DOUBLE_COLLECTION: WorkRule(
        3,
        _("Si la retenue suffisait, préparez le remboursement du paiement par carte."),
        # Who looks for them tells again only what moved since.
        again_after=timedelta(0),
    ),
    AnomalieKind.MUTATION_TO_FINISH: WorkRule(
        3, _("Voyez avec la caisse qui suit la dette, puis écrivez ce qui est convenu.")
    ),
    AnomalieKind.EXCHANGE_FAILED: WorkRule(
        1,
        _("Vérifiez l’adresse de l’abonnement : une livraison réussie règle cette ligne."),
        state=True,
        again_after=_WEEK,
    ),
    AnomalieKind.DEBT_MOVED: WorkRule(
        3, _("Transmettez la somme à qui suit la dette, ou rendez-la."), by_amount=True
    ),
    AnomalieKind.UNANSWERED: WorkRule(
        1,
        _("Interrogez la plateforme depuis la page du paiement, ou vérifiez la boutique."),
        state=True,
        again_after=_WEEK,
    ),
    AnomalieKind.UNKNOWN_STATUS: WorkRule(
        1, _("Regardez cette opération dans le guichet de la plateforme, puis écrivez sa suite.")
    ),
    AnomalieKind.NOT_COLLECTED: WorkRule(
        3, _("Voyez avec la plateforme pourquoi la banque n’a pas remis la somme.")
    ),
    AnomalieKind.REMITTANCE_SUSPENDED: WorkRule(
        3, _("Voyez avec la plateforme quand la remise reprendra.")
    ),
    AnomalieKind.BACK_OFFICE_OPERATION: WorkRule(
        3, _("Vérifiez que cette opération était voulue, et qui l’a faite chez la plateforme.")
    ),
    AnomalieKind.REFUND_FAILED: WorkRule(
        1, _("Demandez un autre remboursement, ou rendez la somme par virement.")
    ),
    AnomalieKind.REFUSED_INSTALMENT: WorkRule(
        3, _("Appelez la personne : elle peut payer cette échéance en ligne.")
    ),
    AnomalieKind.OVERDUE_INSTALMENT: WorkRule(3, _("Appelez la personne avant toute autre suite.")),
    AnomalieKind.UNKNOWN_INSTALMENT: WorkRule(1, _MONEY_KEPT, by_amount=True),
    AnomalieKind.UNREADABLE_NOTIFICATION: WorkRule(
        1,
        _("Lisez la notification telle que reçue ; cherchez son paiement chez la plateforme."),
        no_page="the raw notification has no page of its own: its number is the subject",
    ),
    AnomalieKind.SHOP_DRIFT: WorkRule(
        1,
        _("Corrigez le réglage de la boutique : le contrôle du matin règle alors cette ligne."),
        state=True,
        again_after=timedelta(days=1),
    ),
    AnomalieKind.LOST_NOTIFICATION: WorkRule(
        1,
        _(
            "Interrogez la plateforme depuis la page du paiement : sa réponse enregistre la somme. "
            "Sinon, un comptable explique."
        ),
        Words.COMPTABLE,
        state=True,
        by_amount=True,
    ),
    AnomalieKind.CHARGEBACK: WorkRule(
        1, _("La dette est de nouveau due : voyez-la, puis notez l’impayé comme traité.")
    ),
    AnomalieKind.CHARGEBACK_TO_BOOK: WorkRule(
        1,
        _("Ouvrez l’impayé : un comptable de la caisse l’enregistre, et cela règle cette ligne."),
        Words.NOBODY,
    ),
    AnomalieKind.MISSING_FILE: WorkRule(
        1,
        _("Déposez le fichier : son arrivée règle cette ligne. Sinon, un comptable explique."),
        Words.COMPTABLE,
        state=True,
    ),
    AnomalieKind.FILE_REFUSED: WorkRule(
        1,
        _("Corrigez la cause dite ci-dessus, puis déposez le fichier."),
        again_after=timedelta(0),
    ),
    AnomalieKind.BANK_LINE: WorkRule(
        3,
        _("Imputez cette ligne de banque : elle n’est réglée que par son imputation."),
        Words.NOBODY,
        state=True,
    ),
    AnomalieKind.RESIDUAL: WorkRule(
        1,
        _(
            "Ouvrez la preuve de la journée : l’écart disparaît quand les deux côtés se répondent. "
            "Sinon, un comptable l’explique."
        ),
        Words.COMPTABLE,
        state=True,
        by_amount=True,
    ),
    AnomalieKind.LEDGER_RULE_MISSING: WorkRule(
        3,
        _("Ajoutez la règle dans une nouvelle version du schéma comptable."),
        Words.COMPTABLE,
        state=True,
        again_after=_WEEK,
    ),
    AnomalieKind.INVARIANT: WorkRule(
        1,
        _("Prévenez l’équipe du portail avec ce constat : rien ne doit être corrigé à la main."),
        Words.COMPTABLE,
        again_after=_WEEK,
        no_page="what is wrong may be in any table: the subject names the rule and the row",
    ),
}


def rule_of(kind: str) -> WorkRule:
    """The row of a kind."""
    return RULES[AnomalieKind(kind)]

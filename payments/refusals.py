"""Why a card was refused, in words that help: what to try, and never a reproach nor a code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Refusal

_SENTENCES: dict[str, str | Promise] = {
    Refusal.FUNDS: _(
        "Votre banque a répondu que le compte ne permet pas ce paiement aujourd’hui. "
        "Vous pouvez payer une somme plus petite, ou plus tard."
    ),
    Refusal.EXPIRED: _(
        "La date de fin de validité de la carte est dépassée, ou n’est pas la bonne. "
        "Vérifiez-la, ou prenez une autre carte."
    ),
    Refusal.AUTHENTICATION: _(
        "Votre banque n’a pas reçu votre accord (code ou application). "
        "Réessayez en gardant votre téléphone à portée de main."
    ),
    Refusal.TIMEOUT: _(
        "Le temps prévu pour donner votre accord à la banque est passé. "
        "Réessayez en gardant votre téléphone à portée de main."
    ),
    Refusal.CARD: _(
        "Le numéro ou le code de la carte n’a pas été reconnu. "
        "Vérifiez-les, ou prenez une autre carte."
    ),
    Refusal.BLOCKED: _(
        "Cette carte ne peut pas servir à ce paiement. "
        "Prenez une autre carte, ou appelez votre banque."
    ),
    Refusal.LIMIT: _(
        "Le plafond de votre carte est atteint. Vous pouvez payer une somme plus petite, "
        "attendre quelques jours, ou demander à votre banque."
    ),
    Refusal.BANK: _(
        "Votre banque a refusé ce paiement sans dire pourquoi. "
        "Essayez une autre carte, ou demandez-lui."
    ),
    Refusal.NOT_ACCEPTED: _(
        "Cette sorte de carte n’est pas acceptée pour ce paiement. Prenez une autre carte."
    ),
    Refusal.TECHNICAL: _(
        "Une panne entre les banques a empêché le paiement. Réessayez dans quelques minutes."
    ),
    Refusal.GIVEN_UP: _(
        "Le paiement a été annulé sur la page de la banque. Vous pouvez recommencer."
    ),
}
_UNSAID = _("La banque n’a pas dit pourquoi. Essayez de nouveau, ou avec une autre carte.")


def sentence_of(refusal: str) -> str | Promise:
    """A sentence for the person who pays; an unknown reason has one too."""
    return _SENTENCES.get(refusal, _UNSAID)

"""For which funds an agent acts as an accountant: keys, subscriptions, exports."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from caisses.models import Caisse
from caisses.perms import rights_of


def may_equip(request: HttpRequest) -> bool:
    """Whether there is a fund that this agent may equip; asks nothing of the database."""
    rights = rights_of(request.user)
    return rights.national or bool(rights.comptable_ids)


def funds_to_equip(request: HttpRequest) -> QuerySet[Caisse]:
    """Every fund for a national administrator, those of an accountant for themselves."""
    rights, caisses = rights_of(request.user), Caisse.objects.order_by("code")
    return caisses if rights.national else caisses.filter(pk__in=rights.comptable_ids)


class FundForm(forms.Form):
    """A form that begins with the fund, chosen among those that the agent may equip."""

    caisse = forms.ModelChoiceField(label=_("Caisse"), queryset=Caisse.objects.none())

    def __init__(self, *args: Any, funds: QuerySet[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["caisse"]
        field.queryset = funds
        if len(only := list(funds[:2])) == 1:
            field.initial = only[0]

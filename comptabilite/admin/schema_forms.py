"""What an accountant writes in a draft: its header, rules of an event, names, samples."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import Famille
from caf_portal.money import format_plain_euros, parse_euros
from comptabilite.models import SchemaComptable
from comptabilite.models.events import OF_THE_FUNDS_SOFTWARE, WITHOUT_FAMILLE, Evenement
from comptabilite.models.plan import Auxiliaire, JournalKind
from comptabilite.services.schema_editing import Choice, Header, Names
from comptabilite.services.schema_preview import Sample

#: How the rule that serves every other family is called in the names of fields.
_REST = "AUTRES"
_MOST_CENTS = 1_000_000_00


class HeaderForm(forms.ModelForm):
    """The version as a whole."""

    booked_elsewhere = forms.MultipleChoiceField(
        label=_("Événements écrits par le logiciel de la caisse"),
        choices=[(each.value, each.label) for each in Evenement if each in OF_THE_FUNDS_SOFTWARE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Cochés, ils ne sont pas écrits par le portail : rien n’est compté deux fois."),
    )

    class Meta:
        """What is asked."""

        model = SchemaComptable
        fields = ("label", "effective_on", "remittance_mode", "booked_elsewhere")
        widgets = {
            "label": forms.TextInput(attrs={"size": 60}),
            "effective_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def header(self) -> Header:
        """The valid answers, as ``set_header`` takes them."""
        said = self.cleaned_data
        return Header(
            label=said["label"],
            effective_on=said["effective_on"],
            remittance_mode=said["remittance_mode"],
            booked_elsewhere=tuple(said["booked_elsewhere"]),
        )


class RulesForm(forms.Form):
    """The rules of one event: a journal and two accounts for each family, or for all."""

    def __init__(self, *args: Any, schema: SchemaComptable, event: Evenement, **kw: Any) -> None:
        super().__init__(*args, **kw)
        journals, comptes = _choices_of(schema)
        self.families = [] if event in WITHOUT_FAMILLE else list(Famille.values)
        known = {rule.famille: rule for rule in schema.regles.filter(event=event)}
        for famille in (*self.families, ""):
            for column, choices in (("journal", journals), ("debit", comptes), ("credit", comptes)):
                self.fields[_field(column, famille)] = forms.TypedChoiceField(
                    label=_column_label(column, famille),
                    choices=choices,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=getattr(known.get(famille), f"{column}_id", None),
                )

    def rows(self) -> list[dict[str, Any]]:
        """Each line of the table, with its three fields."""
        return [
            {
                "label": _famille_label(famille, alone=not self.families),
                "fields": [self[_field(column, famille)] for column in _COLUMNS],
            }
            for famille in (*self.families, "")
        ]

    def clean(self) -> dict[str, Any]:
        """Three answers or none on a line; two accounts that differ."""
        cleaned = super().clean() or {}
        for famille in (*self.families, ""):
            said = [cleaned.get(_field(column, famille)) for column in _COLUMNS]
            first = _field("journal", famille)
            if any(said) and not all(said):
                self.add_error(first, _("Choisissez le journal et les deux comptes, ou rien."))
            elif all(said) and said[1] == said[2]:
                self.add_error(first, _("Le compte débité est aussi le compte crédité."))
        return cleaned

    def rules(self) -> dict[str, Choice]:
        """The valid answers, as ``set_rules`` takes them."""
        found = {}
        for famille in (*self.families, ""):
            said = [self.cleaned_data[_field(column, famille)] for column in _COLUMNS]
            if all(said):
                found[famille] = Choice(*said)
        return found


_COLUMNS = ("journal", "debit", "credit")


def _field(column: str, famille: str) -> str:
    return f"{column}_{famille or _REST}"


def _famille_label(famille: str, *, alone: bool = False) -> Any:
    if famille:
        return Famille(famille).label
    return _("Toutes") if alone else _("Toute autre famille")


def _column_label(column: str, famille: str) -> str:
    words = {"journal": _("Journal"), "debit": _("Compte débité"), "credit": _("Compte crédité")}
    return f"{words[column]} - {_famille_label(famille)}"


def _choices_of(schema: SchemaComptable) -> tuple[list[Any], list[Any]]:
    journals = schema.journaux.select_related("journal").order_by("journal__code")
    comptes = schema.comptes.select_related("compte").order_by("compte__number")
    return (
        [("", "-"), *((row.journal_id, f"{row.journal.code} {row.label}") for row in journals)],
        [("", "-"), *((row.compte_id, f"{row.compte.number} {row.label}") for row in comptes)],
    )


class NamesForm(forms.Form):
    """What accounts and journals are called, what auxiliary accounts name, kinds of journals."""

    def __init__(self, *args: Any, schema: SchemaComptable, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._comptes = list(schema.comptes.select_related("compte").order_by("compte__number"))
        self._journals = list(schema.journaux.select_related("journal").order_by("journal__code"))
        for row in self._comptes:
            number = row.compte.number
            self._ask(f"compte_{row.compte_id}", number, row.label)
            self._offer(f"auxiliaire_{row.compte_id}", number, Auxiliaire, row.auxiliaire)
        for named in self._journals:
            code = named.journal.code
            self._ask(f"journal_{named.journal_id}", code, named.label)
            self._offer(f"genre_{named.journal_id}", code, JournalKind, named.kind)

    def _ask(self, name: str, code: str, label: str) -> None:
        wide = forms.TextInput(attrs={"size": 60})
        self.fields[name] = forms.CharField(
            label=_("Libellé de %(code)s") % {"code": code},
            max_length=100,
            initial=label,
            widget=wide,
        )

    def _offer(self, name: str, code: str, words: Any, chosen: str) -> None:
        said = _("Compte auxiliaire de %(code)s") if words is Auxiliaire else _("Genre de %(code)s")
        self.fields[name] = forms.ChoiceField(
            label=said % {"code": code}, choices=words.choices, initial=chosen
        )

    def comptes(self) -> list[dict[str, Any]]:
        """Each account with its two fields."""
        return [
            {"code": row.compte.number, "fields": self._pair("compte", "auxiliaire", row.compte_id)}
            for row in self._comptes
        ]

    def journals(self) -> list[dict[str, Any]]:
        """Each journal with its two fields."""
        return [
            {"code": row.journal.code, "fields": self._pair("journal", "genre", row.journal_id)}
            for row in self._journals
        ]

    def names(self) -> Names:
        """The valid answers, as ``set_names`` takes them."""
        said = self.cleaned_data
        return Names(
            comptes={
                row.compte_id: (
                    said[f"compte_{row.compte_id}"],
                    said[f"auxiliaire_{row.compte_id}"],
                )
                for row in self._comptes
            },
            journals={
                row.journal_id: (said[f"journal_{row.journal_id}"], said[f"genre_{row.journal_id}"])
                for row in self._journals
            },
        )

    def _pair(self, first: str, second: str, key: int) -> list[Any]:
        return [self[f"{first}_{key}"], self[f"{second}_{key}"]]


class NewCompteForm(forms.Form):
    """An account of the fund's own."""

    number = forms.CharField(
        label=_("Numéro"),
        max_length=12,
        help_text=_("3 à 12 chiffres, pour toujours : un numéro ne se change pas."),
    )
    label = forms.CharField(
        label=_("Libellé"), max_length=100, widget=forms.TextInput(attrs={"size": 60})
    )
    auxiliaire = forms.ChoiceField(label=_("Compte auxiliaire"), choices=Auxiliaire.choices)


class NewJournalForm(forms.Form):
    """A journal of the fund's own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=6,
        help_text=_("2 à 6 lettres majuscules ou chiffres, pour toujours."),
    )
    label = forms.CharField(
        label=_("Libellé"), max_length=100, widget=forms.TextInput(attrs={"size": 60})
    )
    kind = forms.ChoiceField(label=_("Genre"), choices=JournalKind.choices)


class SampleForm(forms.Form):
    """Amounts of the écritures shown."""

    montant = forms.CharField(label=_("Montant"), max_length=12)
    frais = forms.CharField(label=_("Frais d’une remise"), max_length=12)
    differences = forms.BooleanField(label=_("Seulement les différences"), required=False)

    def clean_montant(self) -> int:
        """In cents, more than nothing."""
        return self._cents("montant", least=1)

    def clean_frais(self) -> int:
        """In cents."""
        return self._cents("frais", least=0)

    def clean(self) -> dict[str, Any]:
        """A fee smaller than what it is taken from."""
        cleaned = super().clean() or {}
        if cleaned.get("frais", 0) >= cleaned.get("montant", _MOST_CENTS + 1):
            self.add_error("frais", _("Les frais sont moindres que le montant."))
        return cleaned

    def _cents(self, field: str, *, least: int) -> int:
        try:
            cents = parse_euros(self.cleaned_data[field])
        except ValueError as error:
            raise forms.ValidationError(_("Écrivez un montant comme 240,00.")) from error
        if not least <= cents <= _MOST_CENTS:
            raise forms.ValidationError(_("Écrivez un montant comme 240,00."))
        return cents

    def sample(self) -> Sample:
        """The valid amounts."""
        return Sample(self.cleaned_data["montant"], self.cleaned_data["frais"])

    @classmethod
    def filled(cls) -> dict[str, str]:
        """The amounts shown at first."""
        sample = Sample()
        return {
            "montant": format_plain_euros(sample.amount_cents),
            "frais": format_plain_euros(sample.fee_cents),
        }

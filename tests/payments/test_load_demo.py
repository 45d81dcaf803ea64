"""The demonstration: invented, always the same, quick, and nowhere else."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max
from django.test import override_settings

from allocataires.demo.cast import ISSUER, cast
from allocataires.demo.debts import invent_creances
from allocataires.demo.people import invent_people
from allocataires.models import Allocataire, Creance, Identite, Mouvement
from allocataires.nomenclature import MouvementType, Nature, sens_of
from allocataires.reference import Reference
from allocataires.states import ENDED, CreanceState
from allocataires.transitions import ALLOWED, END_OF
from caf_portal.database.scope import national_scope
from caisses.demo.agents import AGENTS, PASSWORD
from caisses.models import Agent, Charte, Habilitation
from payments.demo.loading import NotADemonstration, PortalNotEmpty, load_demo
from payments.demo.logins import known_logins, write_logins
from tests.allocataires.factories import AllocataireFactory

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SMALL = {"011": 12, "331": 9}


def invented(seed: str, count: int = 400) -> list:
    rng = Random(seed)  # noqa: S311 - invented data
    people = list(invent_people(rng, caisse="011", count=count, today=TODAY))
    return [debt for person in people for debt in invent_creances(rng, person=person, today=TODAY)]


def test_the_same_seed_gives_the_same_people_debts_and_histories():
    assert invented("graine", 50) == invented("graine", 50)
    assert invented("graine", 50) != invented("autre", 50)


def test_every_nature_and_every_state_is_there():
    debts = invented("graine", 2_000)

    assert {debt.nature for debt in debts} == set(Nature)
    assert {debt.state for debt in debts} == set(CreanceState) - ENDED | {CreanceState.NON_VALEUR}
    ends = {debt.mouvements[-1].kind for debt in debts if debt.mouvements and not _left(debt)}
    assert ends >= set(END_OF) - {MouvementType.AJUSTEMENT_BAISSE}
    assert ends & {MouvementType.RETENUE, MouvementType.CHEQUE, MouvementType.VIREMENT}


def test_half_of_the_amounts_are_between_240_and_620_euros():
    amounts = sorted(debt.initial_cents for debt in invented("graine", 2_000))

    quarter, three_quarters = amounts[len(amounts) // 4], amounts[3 * len(amounts) // 4]
    assert 220_00 < quarter < 260_00
    assert 570_00 < three_quarters < 640_00


def test_histories_are_in_date_order_never_in_the_future_and_never_below_zero():
    for debt in invented("graine", 600):
        balance = debt.initial_cents
        days = [debt.implanted_on, *(m.value_on for m in debt.mouvements)]
        assert days == sorted(days)
        assert days[-1] <= TODAY
        for m in debt.mouvements:
            balance += m.amount_cents if sens_of(m.kind) == "HAUSSE" else -m.amount_cents
            assert balance >= 0


def test_many_debts_are_half_repaid_by_withholdings_and_cheques():
    debts = invented("graine", 600)
    kinds = Counter(m.kind for debt in debts for m in debt.mouvements)
    balances = [_left(debt) for debt in debts]

    assert kinds[MouvementType.RETENUE] > kinds[MouvementType.CHEQUE] > 50
    assert MouvementType.CARTE not in kinds, "a card payment without its écriture would be a lie"
    halfway = [b for debt, b in zip(debts, balances, strict=True) if 0 < b < debt.initial_cents]
    assert len(halfway) > len(debts) * 0.4


def test_months_mostly_make_up_the_debt_and_some_are_not_known():
    debts = invented("graine", 1_000)
    told = [debt for debt in debts if debt.mois]
    exact = [debt for debt in told if _excess(debt) == debt.initial_cents]

    assert len(debts) * 0.88 < len(told) < len(debts)
    assert len(told) * 0.8 < len(exact) < len(told)
    for debt in told:
        days = [month.month_on for month in debt.mois]
        assert days == sorted(set(days))
        assert debt.period_start_on <= days[0] <= days[-1] <= debt.period_end_on
        assert all(month.paid_cents > month.due_cents >= 0 for month in debt.mois)


def test_steps_follow_the_table_in_date_order_and_lead_to_the_state():
    for debt in invented("graine", 600):
        state, days = CreanceState.NOTIFIEE, [debt.notified_on]
        for etape in debt.etapes:
            assert etape.from_state == state
            assert etape.to_state in ALLOWED[state]
            state = etape.to_state
            days.append(etape.on)
        assert days == sorted(days)
        assert days[-1] <= TODAY
        assert state == debt.state or debt.state == CreanceState.NON_VALEUR


def test_some_second_letters_are_about_the_same_months():
    debts = invented("graine", 1_000)
    by_months = Counter(
        (debt.person.numero, debt.nature, debt.period_start_on, debt.period_end_on)
        for debt in debts
    )
    twice = [key for key, count in by_months.items() if count > 1]

    assert len(debts) * 0.01 < len(twice) < len(debts) * 0.06


def _excess(debt) -> int:
    return sum(month.paid_cents - month.due_cents for month in debt.mois)


def _left(debt) -> int:
    signs = {"HAUSSE": 1, "BAISSE": -1}
    moved = sum(signs[sens_of(m.kind)] * m.amount_cents for m in debt.mouvements)
    return debt.initial_cents + moved


@pytest.mark.django_db
def test_the_database_computes_the_balances_that_were_meant(national):
    load_demo(now=NOW, population=SMALL)

    marie = Identite.objects.get(issuer=ISSUER, subject="marie").allocataire
    balances = {c.nature: c.balance_cents for c in marie.creances.all()}
    assert balances == {"IM3": 426_50 - 4 * 48_00 - 50_00, "IN5": 189_75, "INK": 612_00, "ING": 0}
    for creance in Creance.objects.all():
        last = creance.mouvements.order_by("-rank").first()
        assert (last.rank, last.balance_after_cents) == (
            creance.mouvement_count,
            creance.balance_cents,
        )
    assert Mouvement.objects.aggregate(last=Max("value_on"))["last"] <= TODAY


@pytest.mark.django_db
def test_loading_twice_does_nothing_the_second_time(national):
    first = load_demo(now=NOW, population=SMALL)
    ids = list(Creance.objects.order_by("public_id").values_list("public_id", "balance_cents"))

    second = load_demo(now=NOW, population=SMALL)

    assert (first.people, first.creances) == (
        Allocataire.objects.count(),
        Creance.objects.count(),
    )
    assert (second.people, second.creances) == (0, 0)
    assert ids == list(
        Creance.objects.order_by("public_id").values_list("public_id", "balance_cents")
    )


@pytest.mark.django_db
def test_it_may_be_loaded_again_in_one_transaction_and_leaves_no_temporary_table(national):
    load_demo(now=NOW, population=SMALL)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'demo\\_%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
@override_settings(DEMO=False)
def test_a_real_portal_takes_no_invented_people():
    with pytest.raises(NotADemonstration):
        load_demo(now=NOW, population=SMALL)
    with pytest.raises(CommandError, match=r"settings\.DEMO is not true"):
        call_command("load_demo")

    assert not Agent.objects.exists()


@pytest.mark.django_db
def test_a_portal_with_people_of_its_own_is_left_alone(national):
    AllocataireFactory()

    with pytest.raises(PortalNotEmpty):
        load_demo(now=NOW, population=SMALL)

    assert Allocataire.objects.count() == 1


@pytest.mark.django_db
def test_agents_enter_with_the_printed_password_and_two_people_made_the_chartes(national, client):
    load_demo(now=NOW, population=SMALL)

    assert Habilitation.objects.count() == len(AGENTS)
    for agent in AGENTS:
        words = {"username": agent.login, "password": PASSWORD}
        assert client.post(f"{agent.path}login/", words).status_code == 302
    chartes = Charte.objects.select_related("caisse")
    assert {charte.caisse.code for charte in chartes} == {"011", "331"}
    assert all(charte.approved_by_id != charte.drafted_by_id for charte in chartes)
    assert all(bytes(charte.logo_png).startswith(b"\x89PNG") for charte in chartes)


@pytest.mark.django_db
def test_the_references_printed_find_their_debts(national):
    load_demo(now=NOW, population=SMALL)

    for letter in known_logins(portal_url="http://x", today=TODAY)["letters"]:
        reference = Reference.parse(letter["reference"])
        assert Creance.objects.filter(
            caisse__code=reference.caisse,
            allocataire__numero=reference.numero,
            allocataire__naissance_on=letter["birth_on"],
            nature=reference.nature,
            rang=reference.rang,
        ).exists()


def test_the_cast_does_not_depend_on_the_day_for_its_references():
    first, second = cast(date(2026, 1, 1)), cast(date(2027, 6, 30))

    assert [m.creances[0].reference for m in first] == [m.creances[0].reference for m in second]
    assert [m.person for m in first] == [m.person for m in second]


def test_the_file_of_logins_is_complete(tmp_path):
    path = write_logins(tmp_path / "demo", portal_url="http://127.0.0.1:8000", today=TODAY)

    known = json.loads(path.read_text())
    assert path.name == "logins.json"
    assert set(known) == {"logins", "letters", "accounts"}
    assert known["logins"][0] == {
        "who": "agent de la caisse 011",
        "url": "http://127.0.0.1:8000/agents/",
        "login": "agent011",
        "password": PASSWORD,
    }
    assert [account["login"] for account in known["accounts"]] == [
        "marie",
        "paul",
        "jeanne",
        "alex",
        "noe",
        "ines",
    ]


@pytest.mark.django_db
def test_the_accounts_printed_open_the_pages_of_the_debtor(national, client):
    load_demo(now=NOW, population=SMALL)

    for account in known_logins(portal_url="", today=TODAY)["accounts"]:
        words = {"login": account["login"], "password": account["password"]}
        assert client.post(account["url"], words).status_code == 302
        assert client.get("/mes-creances/").status_code == 200


@pytest.mark.django_db
def test_the_command_says_what_it_did(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("payments.demo.loading.POPULATION", SMALL)
    with override_settings(DEMO_FOLDER=tmp_path):
        call_command("load_demo")
        call_command("load_demo")

    said = capsys.readouterr().out
    assert "28 people" in said
    assert "nothing was done" in said
    assert cast(TODAY)[0].creances[0].reference in said
    with national_scope():
        assert Allocataire.objects.count() == 28


@pytest.mark.slow
@pytest.mark.django_db
def test_the_whole_demonstration_has_thousands_of_people(national):
    counts = load_demo(now=NOW)

    assert 4_900 < counts.people < 5_100
    assert 8_500 < counts.creances < 9_500
    assert set(Creance.objects.values_list("state", flat=True)) == set(CreanceState)
    assert set(Creance.objects.values_list("nature", flat=True)) == set(Nature)

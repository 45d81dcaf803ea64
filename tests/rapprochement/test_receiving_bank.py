"""Bank statements in: whole, once, for the right fund, one after the other."""

import hashlib
from datetime import date

import pytest
from django.db import IntegrityError

from caf_portal.database.scope import national_scope
from rapprochement.models import FichierReleve, LigneBanque, Releve
from rapprochement.services.file_pieces import content_of
from rapprochement.services.file_refusals import AlreadyLoaded, FileRefused
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.camt_files import camt_file
from tests.rapprochement.readers.cfonb_files import cfonb_file
from tests.rapprochement.statements import OTHER_IBAN, account_of, received, shop_of

pytestmark = pytest.mark.django_db

DAY_19, DAY_20, DAY_21 = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)
FIRST = Statement(lines=(Line(120_00), Line(-20_00, label="FRAIS")), opening_cents=50_00)
SECOND = Statement(lines=(Line(30_00),), opening_cents=150_00, from_on=DAY_20, to_on=DAY_21)


def kept() -> int:
    with national_scope():
        return FichierReleve.objects.count() + Releve.objects.count() + LigneBanque.objects.count()


def test_a_cfonb_file_is_loaded_whole_and_kept_as_it_came():
    account = account_of("011")
    content = cfonb_file(FIRST)

    fichier = received(content, "C:\\releves\\r1.txt", code="011")

    with national_scope():
        releve = Releve.objects.get(fichier=fichier)
        amounts = list(LigneBanque.objects.order_by("rank").values_list("amount_cents", flat=True))
        original = b"".join(content_of(fichier))
    assert (fichier.kind, fichier.filename, fichier.lines) == ("CFONB120", "r1.txt", 2)
    assert (fichier.day_on, fichier.caisse_id) == (DAY_20, account.caisse_id)
    assert (releve.opening_cents, releve.closing_cents, releve.rank) == (50_00, 150_00, 1)
    assert amounts == [120_00, -20_00]
    assert original == content
    assert fichier.sha256 == hashlib.sha256(content).hexdigest()


def test_several_accounts_of_a_fund_are_loaded_in_their_order():
    one, other = account_of("011"), account_of("011", iban=OTHER_IBAN)

    received(camt_file(FIRST, Statement((Line(5_00),), iban=OTHER_IBAN), SECOND))

    with national_scope():
        chain = list(Releve.objects.order_by("pk").values_list("compte_bancaire", "rank"))
    assert chain == [(one.pk, 1), (other.pk, 1), (one.pk, 2)]


def test_the_same_file_again_is_said_with_its_date_and_loads_nothing():
    account_of("011")
    received(cfonb_file(FIRST))
    before = kept()

    with pytest.raises(AlreadyLoaded, match=r"déjà été chargé le 21/11/2026 09:00, depuis"):
        received(cfonb_file(FIRST), "autre-nom.txt", code="011")

    assert kept() == before


def test_an_unknown_account_and_another_funds_account_are_refused_in_the_same_words():
    with pytest.raises(FileRefused) as unknown:
        received(cfonb_file(FIRST), code="011")
    account_of("131")

    with pytest.raises(FileRefused) as of_another_fund:
        received(cfonb_file(FIRST), code="011")

    assert "finit par 8901 n’est pas connu. Déclarez d’abord le compte" in str(unknown.value)
    assert str(of_another_fund.value) == str(unknown.value)
    assert kept() == 0


def test_an_account_out_of_service_is_refused():
    account_of("011", active=False)

    with pytest.raises(FileRefused, match="plus en service"):
        received(cfonb_file(FIRST))

    assert kept() == 0


def test_a_file_of_two_funds_is_refused():
    account_of("011")
    account_of("131", iban=OTHER_IBAN)

    with pytest.raises(FileRefused, match="plusieurs caisses"):
        received(cfonb_file(FIRST, Statement(iban=OTHER_IBAN)))

    assert kept() == 0


def test_inv20_a_gap_in_the_balance_names_both_dates_and_both_balances():
    account_of("011")
    received(cfonb_file(FIRST))
    before = kept()

    with pytest.raises(FileRefused) as refused:
        received(cfonb_file(Statement((Line(1_00),), 149_99, None, DAY_20, DAY_21)))

    words = str(refused.value).replace("\xa0", " ")
    assert "commence le 20/11/2026 avec 149,99 €" in words
    assert "devait commencer avec 150,00 €, solde du 20/11/2026" in words
    assert kept() == before


def test_inv20_a_gap_in_numbers_names_the_missing_statement():
    account_of("011")
    received(camt_file(Statement((Line(1_00),), sequence=12)))

    with pytest.raises(FileRefused, match="relevé n° 13 manque"):
        received(camt_file(Statement((Line(1_00),), 1_00, None, DAY_20, DAY_21, sequence=14)))


def test_inv20_an_older_statement_is_refused():
    account_of("011")
    received(cfonb_file(SECOND))

    with pytest.raises(FileRefused, match=r"plus ancien que le dernier .* 21/11/2026"):
        received(cfonb_file(FIRST))


def test_inv20_the_second_statement_of_a_file_that_does_not_follow_undoes_the_first():
    account_of("011")

    with pytest.raises(FileRefused):
        received(cfonb_file(FIRST, Statement((Line(1_00),), 1_00, None, DAY_20, DAY_21)))

    assert kept() == 0


def test_inv20_the_database_refuses_a_statement_that_does_not_follow():
    account_of("011")
    fichier = received(cfonb_file(FIRST))

    with national_scope():
        first = Releve.objects.get()
        first.pk, first.opening_cents, first.fichier = None, 149_99, fichier
        with pytest.raises(IntegrityError, match="inv20"):
            first.save(force_insert=True)


def test_what_is_not_a_statement_is_refused_with_a_sentence():
    shop_of("011")

    with pytest.raises(FileRefused, match="n’est pas reconnu"):
        received(b"%PDF-1.7 releve")

    assert kept() == 0

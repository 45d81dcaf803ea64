"""Walls, rights and triggers of statements, matches and proofs."""

from pathlib import Path

from django.db import migrations

from caf_portal.database import row_security as rows

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Row-level security on each table with caisse_id (invariant 13)."""

    dependencies = [
        ("rapprochement", "0001_initial"),
        ("comptabilite", "0014_books_that_close_row_security"),
        ("payments", "0014_surplus_row_security"),
    ]

    operations = [
        rows.wall_off("rapprochement_comptebancaire"),
        rows.wall_off("rapprochement_fichierreleve"),
        rows.wall_off("rapprochement_morceaufichier"),
        rows.wall_off("rapprochement_releve"),
        rows.wall_off("rapprochement_lignebanque"),
        rows.wall_off("rapprochement_ligneplateforme"),
        rows.wall_off("rapprochement_remise"),
        rows.wall_off("rapprochement_appariement"),
        rows.wall_off("rapprochement_imputation"),
        rows.wall_off("rapprochement_remisebanque"),
        rows.wall_off("rapprochement_impaye"),
        rows.wall_off("rapprochement_rapprochement"),
        rows.wall_off("rapprochement_residu"),
        rows.same_caisse(
            "rapprochement_fichierreleve",
            "boutique_id",
            "payments_boutique",
            name="inv08_fichier_boutique",
        ),
        rows.same_caisse(
            "rapprochement_morceaufichier",
            "fichier_id",
            "rapprochement_fichierreleve",
            name="inv08_morceau_fichier",
        ),
        rows.same_caisse(
            "rapprochement_comptebancaire",
            "compte_id",
            "comptabilite_compte",
            name="inv08_compte_bancaire_compte",
        ),
        rows.same_caisse(
            "rapprochement_releve",
            "fichier_id",
            "rapprochement_fichierreleve",
            name="inv08_releve_fichier",
        ),
        rows.same_caisse(
            "rapprochement_releve",
            "compte_bancaire_id",
            "rapprochement_comptebancaire",
            name="inv08_releve_compte_bancaire",
        ),
        rows.same_caisse(
            "rapprochement_lignebanque",
            "releve_id",
            "rapprochement_releve",
            name="inv08_ligne_banque_releve",
        ),
        rows.same_caisse(
            "rapprochement_ligneplateforme",
            "fichier_id",
            "rapprochement_fichierreleve",
            name="inv08_ligne_pf_fichier",
        ),
        rows.same_caisse(
            "rapprochement_ligneplateforme",
            "boutique_id",
            "payments_boutique",
            name="inv08_ligne_pf_boutique",
        ),
        rows.same_caisse(
            "rapprochement_ligneplateforme",
            "remise_id",
            "rapprochement_remise",
            name="inv08_ligne_pf_remise",
        ),
        rows.same_caisse(
            "rapprochement_remise",
            "boutique_id",
            "payments_boutique",
            name="inv08_remise_boutique",
        ),
        rows.same_caisse(
            "rapprochement_remise",
            "fichier_id",
            "rapprochement_fichierreleve",
            name="inv08_remise_fichier",
        ),
        rows.same_caisse(
            "rapprochement_appariement",
            "plateforme_id",
            "rapprochement_ligneplateforme",
            name="inv08_appariement_plateforme",
        ),
        rows.same_caisse(
            "rapprochement_appariement",
            "ligne_id",
            "comptabilite_ligne",
            name="inv08_appariement_ligne",
        ),
        rows.same_caisse(
            "rapprochement_imputation",
            "ligne_id",
            "rapprochement_lignebanque",
            name="inv08_imputation_ligne",
        ),
        rows.same_caisse(
            "rapprochement_imputation",
            "ecriture_id",
            "comptabilite_ecriture",
            name="inv08_imputation_ecriture",
        ),
        rows.same_caisse(
            "rapprochement_remisebanque",
            "imputation_id",
            "rapprochement_imputation",
            name="inv08_remise_banque_imputation",
        ),
        rows.same_caisse(
            "rapprochement_remisebanque",
            "remise_id",
            "rapprochement_remise",
            name="inv08_remise_banque_remise",
        ),
        rows.same_caisse(
            "rapprochement_impaye",
            "plateforme_id",
            "rapprochement_ligneplateforme",
            name="inv08_impaye_plateforme",
        ),
        rows.same_caisse(
            "rapprochement_impaye",
            "payment_id",
            "payments_payment",
            name="inv08_impaye_payment",
        ),
        rows.same_caisse(
            "rapprochement_impaye",
            "transaction_id",
            "payments_transaction",
            name="inv08_impaye_transaction",
        ),
        rows.same_caisse(
            "rapprochement_residu",
            "rapprochement_id",
            "rapprochement_rapprochement",
            name="inv08_residu_rapprochement",
        ),
        rows.same_caisse(
            "rapprochement_residu",
            "anomalie_id",
            "comptabilite_anomalie",
            name="inv08_residu_anomalie",
        ),
        rows.only_insert("rapprochement_fichierreleve"),
        rows.only_insert("rapprochement_morceaufichier"),
        rows.only_insert("rapprochement_releve"),
        rows.only_insert("rapprochement_lignebanque"),
        rows.only_insert("rapprochement_ligneplateforme"),
        rows.only_insert("rapprochement_remise"),
        rows.only_insert("rapprochement_appariement"),
        rows.only_insert("rapprochement_imputation"),
        rows.only_insert("rapprochement_remisebanque"),
        rows.only_insert("rapprochement_impaye"),
        rows.only_update(
            "rapprochement_comptebancaire",
            ["label", "compte_id", "expected_daily", "transit_days", "active"],
        ),
        rows.sql_file(SQL / "statements.sql"),
        *rows.pin_search_path("rapprochement_releves_follow()"),
    ]

"""What leaves the portal at the end of a month: exports, and pictures, read by others."""

import io
from collections import Counter
from datetime import date
from pathlib import Path

from django.utils import timezone
from fec_parser.parser import FECParser

from comptabilite.services.building_exports import build_export
from comptabilite.services.export_pieces import kept_pieces
from comptabilite.services.exporting import ask_export
from rapprochement.pictures.figures import Money, figures_by_fund
from rapprochement.pictures.periods import Span, Step
from tests.scenarios.month import Fund
from tests.tools.verifier import verify

NEW_YEAR, FIRST, LAST = date(2027, 1, 1), date(2027, 3, 1), date(2027, 3, 31)


def written_to(folder: Path, fund: Fund, format: str) -> list[Path]:
    """The files of an export of the exercise so far, asked for by the accountant."""
    with fund.scope:
        asked = ask_export(
            caisse_id=fund.caisse_id,
            format=format,
            journal=None,
            first_on=NEW_YEAR,
            last_on=LAST,
            encoding="utf-8",
            agent=fund.accountant,
            now=timezone.now(),
        )
    made = build_export(export_id=asked.pk, caisse_id=fund.caisse_id, now=timezone.now())
    paths = []
    for file in made.files:
        path = folder / file["filename"]
        with fund.scope:
            path.write_bytes(b"".join(kept_pieces(made, file["part"])))
        paths.append(path)
    return paths


def verifier_says(files: list[Path]) -> tuple[int, list[dict]]:
    """Its exit code and the breaches that it finds; a FEC comes with its seals."""
    seals = [path for path in files if path.name.endswith("_scelles.csv")]
    more = ["--seals", seals[0]] if seals else []
    answer = verify("--json", files[0], *more)
    return answer.code, answer.breaches


def read_by_another_program(folder: Path) -> dict[str, int]:
    """Balance of each account, in cents, as fec-parser reads the FEC."""
    (path,) = folder.glob("*FEC20270331.txt")
    found: Counter[str] = Counter()
    for line in FECParser.from_bytesio(io.BytesIO(path.read_bytes()), "fec").get_ecritures():
        found[line.compte_num] += int((line.debit - line.credit) * 100)
    return {number: cents for number, cents in sorted(found.items()) if cents}


def shown_in_the_pictures(fund: Fund) -> Money:
    """The money of the month on the fund's dashboard."""
    with fund.scope:
        found = figures_by_fund(
            caisse_ids=[fund.caisse_id], step=Step.MOIS, spans=[Span(FIRST, LAST)]
        )
    return found[fund.caisse_id][0].money

"""Makes a tagged PDF/UA-1 from data and a template of typst.

The data goes to typst as JSON and is placed as text, so that no name, however odd, can become
markup. Only the fonts inside typst are used: the same document looks the same everywhere.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

_FRAME = Path(__file__).with_name("frame.typ")


def render_document(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of ``template`` put in the frame, with ``data``, dated ``at``.

    ``data`` holds at least ``langue``, ``title``, ``caisse``, ``reference`` and ``words``.
    """
    pdf = typst.compile(
        _source(template),
        format="pdf",
        sys_inputs={"document": json.dumps(data)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
    )
    return cast(bytes, pdf)


@cache
def _source(template: Path) -> bytes:
    return _FRAME.read_bytes() + template.read_bytes()

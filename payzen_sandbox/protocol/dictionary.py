"""Data dictionary: each field's numeric error code and format, as PayZen publishes them.

Order is the order of checks. PayZen does not document its own; ours follows the codes of the
mandatory fields, then the others.
"""

from dataclasses import dataclass

from payzen_sandbox.protocol.formats import Format, parse_format

MANDATORY = (
    "signature",
    "vads_version",
    "vads_site_id",
    "vads_trans_id",
    "vads_trans_date",
    "vads_payment_config",
    "vads_amount",
    "vads_currency",
    "vads_ctx_mode",
    "vads_page_action",
    "vads_action_mode",
)

# Customer fields that the dictionary calls `an` take spaces, accents and punctuation in practice
# (a telephone "in any notation", Saint-Étienne, an identifier with dashes): written `ans` here.
_TABLE = """
01 vads_version an2
02 vads_site_id n8
03 vads_trans_id an6
04 vads_trans_date n14
05 vads_validation_mode n1
06 vads_capture_delay n..3
07 vads_payment_config ans..1024
08 vads_payment_cards ans..127
09 vads_amount n..12
10 vads_currency n3
11 vads_ctx_mode a..10
12 vads_language a2
13 vads_order_id ans..64
14 vads_order_info ans..255
14 vads_order_info2 ans..255
14 vads_order_info3 ans..255
15 vads_cust_email ans..150
16 vads_cust_id ans..63
17 vads_cust_title ans..63
18 vads_cust_name ans..127
19 vads_cust_address ans..255
20 vads_cust_zip ans..64
21 vads_cust_city ans..128
22 vads_cust_country a2
23 vads_cust_phone ans..32
24 vads_url_success ans..1024
25 vads_url_refused ans..1024
26 vads_url_referral ans..127
27 vads_url_cancel ans..1024
28 vads_url_return ans..1024
29 vads_url_error ans..1024
30 vads_identifier ans..50
31 vads_contrib ans..255
32 vads_theme_config ans..4096
33 vads_url_check ans..1024
34 vads_redirect_success_timeout n..3
35 vads_redirect_success_message ans..255
36 vads_redirect_error_timeout n..3
37 vads_redirect_error_message ans..255
38 vads_return_post_params ans..1024
39 vads_return_get_params ans..1024
46 vads_page_action ans..32
47 vads_action_mode a..11
48 vads_return_mode a..4
50 vads_threeds_mpi n1
61 vads_user_info ans..255
62 vads_contracts ans..255
71 vads_available_languages ans..255
72 vads_shop_name ans..127
73 vads_shop_url ans..1024
77 vads_cust_cell_phone ans..32
88 vads_cust_state ans..127
92 vads_cust_status a..7
104 vads_cust_first_name ans..63
105 vads_cust_last_name ans..63
112 vads_cust_address_number ans..64
113 vads_cust_district ans..127
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One known field of the payment form."""

    code: str
    name: str
    format: Format


def _read_table() -> dict[str, Field]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {name: Field(code, name, parse_format(spec)) for code, name, spec in rows}


FIELDS = _read_table()

# Any number of fields, any name: their own code, and 255 characters.
EXT_INFO_PREFIX = "vads_ext_info_"
EXT_INFO = Field("91", EXT_INFO_PREFIX, parse_format("ans..255"))

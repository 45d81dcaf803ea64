"""Exit code 0 when the web process of this container answers; Django wants a host name it knows."""

import os
from urllib.request import Request, urlopen

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
urlopen(Request("http://127.0.0.1:8000/healthz", headers={"Host": host}), timeout=5).close()

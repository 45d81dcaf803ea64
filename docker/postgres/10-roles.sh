#!/bin/bash
# Run once by the official image, as the superuser, when its volume is empty: the roles, their passwords and the
# rights on the portal's database. The same roles.sql serves the embedded servers of the demo and the tests.
set -euo pipefail

: "${CAF_OWNER_PASSWORD:?}" "${CAF_APP_PASSWORD:?}"

for database in template1 "$POSTGRES_DB"; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$database" \
        --file "${ROLES_SQL:-/roles.sql}"
done

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner_password="$CAF_OWNER_PASSWORD" --set app_password="$CAF_APP_PASSWORD" \
    --set database="$POSTGRES_DB" <<'SQL'
ALTER ROLE caf_owner PASSWORD :'owner_password';
ALTER ROLE caf_app PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO caf_owner;
REVOKE CONNECT ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO caf_owner, caf_app;
SQL

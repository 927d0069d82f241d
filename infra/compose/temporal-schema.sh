#!/bin/sh
# Makes Temporal's tables, or takes them to the version of this image; repeatable.
set -eu
for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  schema=/etc/temporal/schema/mysql/v8/${pair##*:}/versioned
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || echo "$database has its version table"
  temporal-sql-tool --db "$database" update-schema -d "$schema"
done

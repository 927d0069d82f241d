#!/bin/sh
# Run once by the image of MySQL, on an empty data directory: databases, and an account for each that uses them.
# Migrations make the accounts of the services, by the one that may create users.
set -eu
MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --user=root <<SQL
CREATE DATABASE IF NOT EXISTS seckill CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER IF NOT EXISTS 'seckill_app'@'%' IDENTIFIED BY '$MYSQL_APP_PASSWORD';
GRANT SELECT, INSERT, UPDATE, DELETE ON seckill.* TO 'seckill_app'@'%';
CREATE USER IF NOT EXISTS 'seckill_migrator'@'%' IDENTIFIED BY '$MYSQL_MIGRATOR_PASSWORD';
GRANT ALL PRIVILEGES ON \`seckill%\`.* TO 'seckill_migrator'@'%' WITH GRANT OPTION;
GRANT CREATE USER ON *.* TO 'seckill_migrator'@'%';
CREATE DATABASE IF NOT EXISTS temporal;
CREATE DATABASE IF NOT EXISTS temporal_visibility;
CREATE USER IF NOT EXISTS 'temporal'@'%' IDENTIFIED BY '$MYSQL_TEMPORAL_PASSWORD';
GRANT ALL PRIVILEGES ON temporal.* TO 'temporal'@'%';
GRANT ALL PRIVILEGES ON temporal_visibility.* TO 'temporal'@'%';
SQL

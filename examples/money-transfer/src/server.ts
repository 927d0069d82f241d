/** Where the two databases are. */
export const server = process.env.DATABASE_MIGRATION_URL ?? 'mysql://root@127.0.0.1:3306'
export const prefix = 'example_bank'

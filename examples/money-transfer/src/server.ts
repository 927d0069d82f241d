/** Where the two databases are, what their names begin with, and where the worker listens. */
export const server = process.env.DATABASE_MIGRATION_URL ?? 'mysql://root@127.0.0.1:3306'
export const prefix = process.env.BANK_PREFIX ?? 'example_bank'
export const taskQueue = process.env.TASK_QUEUE ?? 'money-transfer'

/** The MySQL server of both databases, the prefix of their names, and the worker's task queue. */
export const server = process.env.DATABASE_MIGRATION_URL ?? 'mysql://root@127.0.0.1:3306'
export const prefix = process.env.BANK_PREFIX ?? 'example_bank'
export const taskQueue = process.env.TASK_QUEUE ?? 'money-transfer'

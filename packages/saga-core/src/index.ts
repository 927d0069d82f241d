export { type Columns, fromColumns, toColumns } from './columns.js'

export { payOrders, tellRun } from './pay-orders.js'

export {
  countDead,
  countDeliveries,
  type DeliveryCounts,
  type DeliverySelection,
  type DueAges,
  type ListedDelivery,
  listDeliveries,
  readDueAges,
  sendAgain,
} from './deliveries.js'
export { countUnread, type InboxPage, type InboxPlace, listInbox, markRead } from './inbox.js'
export { type DeliveryLease, type LeasedDelivery, type LeaseLimits, leaseDeliveries } from './lease.js'
export {
  type Notification,
  type NotificationKey,
  notificationId,
  notificationKinds,
  parseNotificationId,
  type Recipient,
} from './notification.js'
export { type DeliveryPlan, planDeliveries } from './plan.js'
export { type DeliveryResult, type RecordedAttempt, recordDeliveries } from './record.js'
export { writeNotifications } from './write.js'

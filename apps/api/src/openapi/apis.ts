import { auditOperations } from '../admin/audit-routes.js'
import { blockOperations } from '../admin/block-operations.js'
import { campaignOperations } from '../admin/campaign-operations.js'
import { certificateOperations } from '../admin/certificate-operations.js'
import { consoleSessionOperations } from '../admin/console-session.js'
import { letterOperations } from '../admin/letter-routes.js'
import { liveOperations } from '../admin/live/live-operations.js'
import { notificationOperations } from '../admin/notification-routes.js'
import { adminOrderOperations } from '../admin/order-operations.js'
import { parkedOperations } from '../admin/parked-operations.js'
import { adminPaymentOperations } from '../admin/payment-routes.js'
import { purchaseSearchOperations } from '../admin/purchase-operations.js'
import { reconcileOperations } from '../admin/reconcile-routes.js'
import { settleOperations } from '../admin/settle-routes.js'
import { userOperations } from '../admin/user-operations.js'
import { adminVoucherOperations } from '../admin/voucher-operations.js'
import { sessionCookies } from '../auth/credential.js'
import { documentationOperations } from '../documentation/documentation-operations.js'
import { callbackOperations, paymentOperations } from '../payments/payment-operations.js'
import { tokenOperations } from '../protection/purchase-token/token-operations.js'
import { purchaseOperations } from '../purchases/purchase-operations.js'
import { healthOperations } from '../routes/health-routes.js'
import { inboxOperations } from '../routes/inbox-routes.js'
import { jwksOperations } from '../routes/jwks-routes.js'
import { orderOperations } from '../routes/order-routes.js'
import { sessionOperations } from '../routes/session-routes.js'
import { voucherOperations } from '../routes/voucher-routes.js'
import type { ApiDescription } from './document.js'

const answers =
  'A success is `{code, message, data}`, an error `{code, message, data, error}` with a stable `error`, or RFC 9457 with `Accept: application/problem+json`. `code` is the HTTP status; `message` is in zh-CN, or in English by `Accept-Language`. Every answer carries `X-Request-Id`.'

/** The API for shoppers, and for the payment provider. */
export const publicApi: ApiDescription = {
  title: 'The sale',
  description: answers,
  cookie: sessionCookies.shop,
  groups: {
    Vouchers: voucherOperations,
    Purchases: purchaseOperations,
    'Purchase tokens': tokenOperations,
    Payments: paymentOperations,
    Orders: orderOperations,
    Inbox: inboxOperations,
    Session: sessionOperations,
    Callbacks: callbackOperations,
    Keys: jwksOperations,
    Health: healthOperations,
    Documentation: documentationOperations,
  },
}

/** The API for operators, on a port of its own. */
export const adminApi: ApiDescription = {
  title: 'The sale, for operators',
  description: `${answers} Every operation under \`/admin/v1\` but those of the session asks for the role \`viewer\` to read and \`operator\` to change; every change is audited.`,
  cookie: sessionCookies.console,
  groups: {
    Campaigns: { ...campaignOperations, ...settleOperations },
    Certificates: certificateOperations,
    Vouchers: adminVoucherOperations,
    Users: userOperations,
    Blocks: blockOperations,
    Purchases: purchaseSearchOperations,
    Orders: adminOrderOperations,
    Payments: adminPaymentOperations,
    Parked: parkedOperations,
    Notifications: notificationOperations,
    'Dead letters': letterOperations,
    Reconciliations: reconcileOperations,
    Audit: auditOperations,
    Live: liveOperations,
    Session: consoleSessionOperations,
    Health: healthOperations,
    Documentation: documentationOperations,
  },
}

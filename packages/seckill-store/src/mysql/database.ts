import type { Generated } from 'kysely'

/** Every table of the sale. Times are epoch milliseconds, money is integer minor units, ids come from the reservation. */
export interface Database {
  users: UsersTable
  vouchers: VouchersTable
  seckill_vouchers: SeckillVouchersTable
  purchases: PurchasesTable
  user_claims: UserClaimsTable
  voucher_claims: VoucherClaimsTable
  stock: StockTable
  stock_ledger: StockLedgerTable
  orders: OrdersTable
  payments: PaymentsTable
  payment_inbox: PaymentInboxTable
  refunds: RefundsTable
  saga_barrier: SagaBarrierTable
  request_tallies: RequestTalliesTable
  audit: AuditTable
  blocks: BlocksTable
  campaign_terms: CampaignTermsTable
  idempotency_keys: IdempotencyKeysTable
  certificates: CertificatesTable
  certificate_parts: CertificatePartsTable
  notifications: NotificationsTable
  notification_deliveries: NotificationDeliveriesTable
}

/** Whose purchases are refused before the gate: `user:<id>` or `addresses:<range>`. */
export interface BlocksTable {
  subject: string
  reason: string
  actor: string
  created_at: number
  /** null for one that stays until it is lifted. */
  ends_at: number | null
}

/** The terms of every version that a campaign had; a lane is sold under those of its admission. */
export interface CampaignTermsTable {
  voucher_id: number
  version: number
  begins_at: number
  ends_at: number
  price_minor: number
  pay_window_ms: number
}

/** PRIMARY KEY (user_id, digest): one purchase for a user's Idempotency-Key. */
export interface IdempotencyKeysTable {
  user_id: number
  digest: string
  reservation_id: string
}

export type UserStatus = 'ACTIVE' | 'BLOCKED'
export type UserLanguage = 'zh-CN' | 'en'
export interface UsersTable {
  id: number
  name: string
  status: UserStatus
  created_at: number
  email: string | null
  /** The URL that the user's webhooks go to, and the secret that signs them; both or none. */
  webhook_url: string | null
  webhook_secret: string | null
  language: UserLanguage | null
}

export type VoucherStatus = 'ON_SALE' | 'WITHDRAWN'
export interface VouchersTable {
  id: number
  title: string
  status: VoucherStatus
  list_price_minor: number
  currency: string
}

/** A campaign's life: DRAFT → WARM → OPEN ⇄ PAUSED → CLOSED → SETTLED. A closed campaign is never warmed up again. */
/** The states of a campaign, in the order of its life. */
export const campaignStates = ['DRAFT', 'WARM', 'OPEN', 'PAUSED', 'CLOSED', 'SETTLED'] as const
export type CampaignState = (typeof campaignStates)[number]
/** One flash sale of one voucher; `voucher_id` is its key. CHECK (0 <= claimed <= total). */
export interface SeckillVouchersTable {
  voucher_id: number
  state: CampaignState
  /** In the window. */
  begins_at: number
  /** Out of the window. */
  ends_at: number
  total: number
  claimed: number
  limit_per_user: number
  price_minor: number
  pay_window_ms: number
  /** 1: its workflow warms it up, opens and closes it at its times; 0: an operator does. */
  autopilot: 0 | 1
  /** Grows by one with every admin change; the gate ignores a version that is not newer. */
  version: number
  created_at: number
}

/** The states of a purchase, in the order of its life. */
export const purchaseStates = [
  'PROCESSING',
  'AWAITING_PAYMENT',
  'PAID',
  'REFUSED',
  'CANCELLED',
  'EXPIRED',
  'REFUNDED',
] as const
export type PurchaseState = (typeof purchaseStates)[number]
/** The owner of a lane, the status of a traceId, the source of a gate rebuild. */
export interface PurchasesTable {
  reservation_id: string
  voucher_id: number
  user_id: number
  units: number
  /** The id of the one workflow that may run or compensate this lane. */
  owner: string
  state: PurchaseState
  reason: string | null
  order_id: string | null
  /** The gate's running number of the admission. */
  seq: number
  /** Redis time. */
  admitted_at: number
  /** Database time. */
  taken_at: number
  ended_at: number | null
  /** Set when its buyer cancels it while a run has it. */
  cancel_requested_at: number | null
  /** The campaign's version at the admission: the price and window that were promised; 0 where it is not known. */
  terms_version: Generated<number>
}

/** One row a unit: slots 1..limit_per_user. PRIMARY KEY (voucher_id, user_id, slot). */
export interface UserClaimsTable {
  voucher_id: number
  user_id: number
  slot: number
  reservation_id: string
}

export interface VoucherClaimsTable {
  reservation_id: string
  voucher_id: number
  units: number
  /** The unit price at the time of the claim. */
  price_minor: number
}

/** CHECK (0 <= quantity <= total). */
export interface StockTable {
  voucher_id: number
  quantity: number
  total: number
}

export type LedgerKind = 'INITIAL' | 'RESTOCK' | 'DEDUCT' | 'RESTORE'
/** PRIMARY KEY (reference, kind): a reservation deducts at most once and restores at most once. */
export interface StockLedgerTable {
  /** A reservation id, or an admin operation's id. */
  reference: string
  kind: LedgerKind
  voucher_id: number
  /** Always positive, except for a RESTOCK that takes free units away; `kind` gives the direction. */
  units: number
  at: number
  /** The admin of an INITIAL or a RESTOCK row; null for the movements of a purchase, as are the totals. */
  actor: string | null
  total_before: number | null
  total_after: number | null
}

/** The states of an order, in the order of its life. */
export const orderStates = [
  'PENDING_PAYMENT',
  'CLOSING',
  'PAID',
  'EXPIRED',
  'CANCELLED',
  'REFUNDING',
  'REFUNDED',
] as const
export type OrderState = (typeof orderStates)[number]
/** The reason for which an order is closed unpaid. */
export const closingReasons = ['PAYMENT_EXPIRED', 'CANCELLED_BY_BUYER', 'RUN_CANCELLED'] as const
export type ClosingReason = (typeof closingReasons)[number]
export interface OrdersTable {
  id: string
  /** UNIQUE. */
  reservation_id: string
  voucher_id: number
  user_id: number
  units: number
  /** Price of the whole order. */
  price_minor: number
  currency: string
  state: OrderState
  /** The workflow that made it. */
  owner: string
  created_at: number
  pay_before: number
  updated_at: number
  closing_reason: ClosingReason | null
  /** The end of the one extension that a payment got which was pending at \`pay_before\`. */
  extended_until: number | null
}

export type PaymentState = 'REQUESTED' | 'OPEN' | 'CAPTURED' | 'CLOSED'
/** UNIQUE (order_id): an order has one payment. A payment without \`provider_id\` may be on its way to the provider. */
export interface PaymentsTable {
  id: string
  order_id: string
  voucher_id: number
  provider: string
  provider_id: string | null
  amount_minor: number
  currency: string
  state: PaymentState
  pay_url: string | null
  /** The provider closes it by itself at this time. */
  expires_at: number
  created_at: number
  captured_at: number | null
  updated_at: number
}

/** The reason that a callback changed nothing. */
export type Quarantine = 'UNSIGNED' | 'STALE' | 'MALFORMED' | 'UNKNOWN_PAYMENT' | 'FOREIGN_AMOUNT' | 'FOREIGN_CURRENCY'
/** PRIMARY KEY (provider, message_id): a callback is applied once. */
export interface PaymentInboxTable {
  provider: string
  message_id: string
  received_at: number
  quarantine: Quarantine | null
  payment_id: string | null
  body: string
}

/** \`LATE\`: money that came after its order had closed. \`ORDER\`: a paid order is given back. */
export type RefundKind = 'LATE' | 'ORDER'
export type RefundState = 'REQUESTED' | 'PENDING' | 'FAILED' | 'DONE'
/** UNIQUE (payment_id): all of a payment goes back, once. */
export interface RefundsTable {
  id: string
  payment_id: string
  order_id: string
  voucher_id: number
  amount_minor: number
  currency: string
  kind: RefundKind
  reason: string
  state: RefundState
  /** The number of the request at the provider; one that failed is followed by the next. */
  attempt: number
  provider_id: string | null
  /** The workflow that makes it; null until one has taken it. */
  owner: string | null
  requested_at: number
  updated_at: number
}

/** See saga-core/kysely. */
export interface SagaBarrierTable {
  saga: Buffer
  step: Buffer
  phase: number
  lane: Buffer
  state: number
  token: Buffer
  result: Buffer | null
  at: number
}

/** Counts of purchase requests by API process and answer, since the process started; it writes its own rows a few times a second. */
export interface RequestTalliesTable {
  voucher_id: number
  process_id: string
  /** accepted | soldOut | duplicate | rejected | failed */
  result: string
  count: number
}

export interface AuditTable {
  id: Generated<number>
  at: number
  actor: string
  action: string
  subject: string
  reason: string | null
  /** JSON. */
  before_value: string | null
  /** JSON. */
  after_value: string | null
}

export type NotificationKind = 'WON' | 'PAY_SOON' | 'REFUSED' | 'PAID' | 'EXPIRED' | 'CANCELLED' | 'REFUNDED'
/** A message to the buyer of a purchase, written with the change that it tells. PRIMARY KEY (reservation_id, kind): one of each kind. */
export interface NotificationsTable {
  reservation_id: string
  kind: NotificationKind
  created_at: number
  /** The time from which a notifier takes the row up; null for one that no notifier has to look at any more. */
  due_at: number | null
  read_at: number | null
}

/** The ways to reach users. */
export const notificationChannels = ['log', 'webhook', 'email', 'events'] as const
export type NotificationChannel = (typeof notificationChannels)[number]

export type DeliveryState = 'PENDING' | 'SENT' | 'DEAD'
/** A notification on its way by one channel. PRIMARY KEY (reservation_id, kind, channel). CHECK: due_at is set while PENDING. */
export interface NotificationDeliveriesTable {
  reservation_id: string
  kind: NotificationKind
  channel: NotificationChannel
  state: DeliveryState
  attempts: number
  /** The time from which it has been tried; an operator's send-again renews it. */
  since: number
  due_at: number | null
  /** The attempt under way; only its holder may record the result. */
  lease: string | null
  /** What the last attempt failed by. */
  problem: string | null
  updated_at: number
}

/** The signed certificate that a settled campaign ended with; never changed. */
export interface CertificatesTable {
  voucher_id: number
  /** Compact JWS. */
  head: string
  issued_at: number
  /** Number of reservations. */
  size: number
  root: string
  /** Number of its parts. */
  parts: number
}

/** A part of the text of a certificate file; parts count from 0. */
export interface CertificatePartsTable {
  voucher_id: number
  part: number
  bytes: Buffer
}

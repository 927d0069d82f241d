import { GateRefusal } from 'seckill-store/gate'

/** One kind of error; `when` and `advice` are Markdown with nothing but code spans. */
interface ErrorEntry {
  readonly status: number
  readonly 'zh-CN': string
  readonly en: string
  readonly when: string
  readonly advice: string
}

/** The error codes of this API; docs/errors.md, the pages of the errors and the OpenAPI documents are made from them. */
export const ErrorCodes = {
  INVALID_REQUEST: {
    status: 400,
    'zh-CN': '请求参数错误',
    en: 'The request is not valid',
    when: 'the request is not valid HTTP, or an id, header or body field is wrong; `data.issues` names each field',
    advice: 'correct it',
  },
  INVALID_JSON: {
    status: 400,
    'zh-CN': '请求体不是有效的 JSON',
    en: 'The body is not valid JSON',
    when: 'the body cannot be parsed as a JSON object or array',
    advice: 'correct it',
  },
  CALLBACK_REJECTED: {
    status: 400,
    'zh-CN': '回调验证失败',
    en: 'The callback cannot be trusted',
    when: 'a callback is `UNSIGNED`, `STALE` (signed more than 5 minutes ago, or in the future) or `MALFORMED`, as `data.reason` says; it changed nothing and is in quarantine',
    advice: 'for the provider: check the secret and the clock',
  },
  UNAUTHENTICATED: {
    status: 401,
    'zh-CN': '请先登录',
    en: 'A valid bearer token is needed',
    when: 'no bearer token and no session, or one that is expired, forged, or for another API',
    advice: 'get a new token, or sign in',
  },
  FORBIDDEN: {
    status: 403,
    'zh-CN': '没有权限',
    en: 'This token may not do that',
    when: 'the token is valid but has neither the role `operator` nor `viewer`',
    advice: "use an operator's or a viewer's token",
  },
  CROSS_ORIGIN: {
    status: 403,
    'zh-CN': '请求来源不受信任',
    en: 'With a cookie, only the own page of this server may change something',
    when: "a request with the session's cookie would change something, and its `Sec-Fetch-Site` or `Origin` is not that of a page of this server",
    advice: 'send it from the page, or with a bearer token',
  },
  OPERATOR_REQUIRED: {
    status: 403,
    'zh-CN': '此操作需要操作员权限',
    en: 'A viewer reads only; this needs the role operator',
    when: 'a viewer asked for a change',
    advice: "use an operator's token",
  },
  BLOCKED: {
    status: 403,
    'zh-CN': '您的账户或网络暂不能参与抢购',
    en: 'Your account or network may not take part in the sale',
    when: "the user or the client's address is blocked from purchases; what was bought is served on",
    advice: 'ask the shop',
  },
  PURCHASE_TOKEN_REQUIRED: {
    status: 403,
    'zh-CN': '请先完成验证再抢购',
    en: 'A purchase token is needed for this sale',
    when: 'this sale asks for a purchase token, and the request has no `Purchase-Token` of this user and voucher that is still valid',
    advice: 'get one: `GET …/challenge`, then `POST …/purchase-tokens` with its solution',
  },
  CHALLENGE_FAILED: {
    status: 403,
    'zh-CN': '验证未通过，请重试',
    en: 'The challenge is not passed',
    when: "the solution is wrong, too old, or of another user's or voucher's task",
    advice: 'get a new task and solve it',
  },
  NOT_STARTED: {
    status: 403,
    'zh-CN': '秒杀尚未开始',
    en: 'The sale has not started',
    when: 'the window of the sale has not begun, or the sale is not open yet',
    advice: 'come back after `Retry-After` seconds',
  },
  NOT_FOUND: {
    status: 404,
    'zh-CN': '未找到',
    en: 'Not found',
    when: 'no such path, order, campaign, purchase or user, or it belongs to another user',
    advice: 'check the id',
  },
  VOUCHER_NOT_FOUND: {
    status: 404,
    'zh-CN': '优惠券不存在',
    en: 'There is no sale of this voucher',
    when: 'there is no sale of this voucher',
    advice: 'check the id',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    'zh-CN': '不支持的请求方法',
    en: 'This path does not take that method',
    when: 'the path exists with other methods, named in `Allow`',
    advice: 'use one of them',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    'zh-CN': '请求超时',
    en: 'The request did not arrive in time',
    when: 'the head took more than 5 s to arrive, or the request more than 10 s',
    advice: 'send it again',
  },
  SOLD_OUT: {
    status: 409,
    'zh-CN': '库存不足',
    en: 'Sold out',
    when: 'fewer units are left than were asked for; while none is left it is answered before the body is read; units may come back',
    advice: 'ask again later, or for fewer',
  },
  ALREADY_PURCHASED: {
    status: 409,
    'zh-CN': '不能重复购买',
    en: 'You have bought all you may',
    when: 'the limit per user is used up; `data.traceIds` (and `data.traceId`, the first) name by what',
    advice: 'ask for that purchase',
  },
  CAMPAIGN_EXISTS: {
    status: 409,
    'zh-CN': '该优惠券的秒杀活动已存在',
    en: 'A campaign of this voucher exists',
    when: 'the voucher has a campaign already',
    advice: 'edit that one',
  },
  CAMPAIGN_STATE: {
    status: 409,
    'zh-CN': '活动当前状态不允许此操作',
    en: "The campaign's state does not allow this",
    when: "the campaign's state does not allow the change; `data.detail` says why",
    advice: "see the campaign's state",
  },
  ORDER_NOT_PAYABLE: {
    status: 409,
    'zh-CN': '订单当前状态不能支付',
    en: 'The order can no longer be paid',
    when: "no payment can be started: `data.order` is the order's state; where that is `PENDING_PAYMENT`, its payment is as `data.payment` says",
    advice: 'ask for the order; where it has closed, buy again',
  },
  ORDER_NOT_PAID: {
    status: 409,
    'zh-CN': '订单未支付，不能退款',
    en: 'The order is not paid, so there is nothing to refund',
    when: 'an order that is not paid cannot be refunded; `data.order` is its state',
    advice: 'nothing; money that comes after an order has closed is refunded by itself',
  },
  ALREADY_PAID: {
    status: 409,
    'zh-CN': '订单已支付，不能取消',
    en: 'The purchase is paid and can no longer be cancelled',
    when: 'the purchase is paid and cannot be cancelled; `data.orderId` is its order',
    advice: 'ask the shop for a refund',
  },
  TOTAL_BELOW_SOLD: {
    status: 409,
    'zh-CN': '总量不能少于已占用的数量',
    en: 'The total is less than what is held or sold',
    when: 'the new total would be less than what is claimed, sold or held at the gate; `data.detail` has the figures',
    advice: 'take fewer away',
  },
  USER_EXISTS: {
    status: 409,
    'zh-CN': '该用户已存在',
    en: 'A user with this id exists',
    when: 'there is a user with this id already',
    advice: 'change that one',
  },
  VOUCHER_EXISTS: {
    status: 409,
    'zh-CN': '该优惠券已存在',
    en: 'A voucher with this id exists',
    when: 'there is a voucher with this id already',
    advice: 'change that one',
  },
  NOT_AT_REST: {
    status: 409,
    'zh-CN': '活动尚有未完结的业务，暂不能结算',
    en: 'The campaign cannot settle yet',
    when: 'a closed campaign cannot settle yet: `data.because` names what is on its way, and what does not add up',
    advice: 'see the runbook, "A campaign does not settle"',
  },
  VERB_REFUSED: {
    status: 409,
    'zh-CN': '当前状态不允许此操作',
    en: 'No lane of the run allows this verb',
    when: "no lane of the run allows the operator's verb; `data.detail` says why",
    advice: 'see the state of the lane',
  },
  NOTHING_PARKED: {
    status: 409,
    'zh-CN': '没有等待处理的项',
    en: 'No lane of the run is parked',
    when: 'no lane of the run is parked, so that there is nothing to operate',
    advice: 'read the parked lanes again',
  },
  RUN_NOT_OPEN: {
    status: 409,
    'zh-CN': '该运行已结束或不存在',
    en: 'The run has ended, or there is none of this id',
    when: 'the run has ended, or there is none of this id',
    advice: 'read the parked lanes again',
  },
  ENDED: {
    status: 410,
    'zh-CN': '秒杀已结束',
    en: 'The sale has ended',
    when: 'the window is over or the campaign is closed',
    advice: 'nothing; the sale is over',
  },
  VERSION_CONFLICT: {
    status: 412,
    'zh-CN': '活动已被修改，请刷新后重试',
    en: 'The campaign has changed; read it again',
    when: 'the campaign changed since the version in `If-Match`',
    advice: 'read it again, then repeat the change',
  },
  BODY_TOO_LARGE: {
    status: 413,
    'zh-CN': '请求体过大',
    en: 'The body is too large',
    when: 'the body has more than 4 KB, a callback more than 64 KB',
    advice: 'send less',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    'zh-CN': '请求体必须是 application/json',
    en: 'The body must be application/json',
    when: 'the body is not `application/json`, or a callback has a `Content-Encoding`',
    advice: 'set `Content-Type`; send a callback as it is signed',
  },
  EXPECTATION_FAILED: {
    status: 417,
    'zh-CN': '不支持的 Expect 请求头',
    en: 'This Expect header is not supported',
    when: 'the `Expect` header is not `100-continue`',
    advice: 'leave it out',
  },
  KEY_REUSED: {
    status: 422,
    'zh-CN': '同一幂等键的请求内容不一致',
    en: 'This Idempotency-Key was used with another request',
    when: "the caller's `Idempotency-Key` has bought another quantity or another voucher",
    advice: 'use a new key',
  },
  OVER_LIMIT: {
    status: 422,
    'zh-CN': '超过每人限购数量',
    en: 'That is more than one user may buy',
    when: 'the quantity is more than the user may still buy: `data.left`, beside the purchases in `data.traceIds`',
    advice: 'ask for at most that',
  },
  PAUSED: {
    status: 423,
    'zh-CN': '秒杀已暂停',
    en: 'The sale is paused',
    when: 'an operator has paused the sale',
    advice: 'try again later',
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    'zh-CN': '请在 If-Match 中提供活动版本',
    en: "Send the campaign's version in If-Match",
    when: 'an edit came without the version in `If-Match`',
    advice: 'send the `ETag` of the campaign',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    'zh-CN': '请求过于频繁，请稍后再试',
    en: 'Too many requests; try again shortly',
    when: "the user or the client's address sends more requests than it may, or too many that are not valid; this process has as many purchases at the gate, or payments at the provider, as it may, or a tenth of them are the caller's; or the caller has as many event streams as one user may",
    advice: 'try again after `Retry-After` seconds',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    'zh-CN': '请求头过大',
    en: 'The headers are too large',
    when: 'the headers have more than 8 KB',
    advice: 'send less',
  },
  INTERNAL: {
    status: 500,
    'zh-CN': '系统错误',
    en: 'Something went wrong on our side',
    when: 'a fault of ours, in the log under the request id',
    advice: 'report it with its `X-Request-Id`',
  },
  GATE_REFUSED: {
    status: 500,
    'zh-CN': '已保存，但闸门拒绝该活动',
    en: 'Saved, but the gate refuses the campaign: it goes on as before',
    when: "an admin's change is in MySQL, but the gate will never take it; `data.gate.reason` says why, and the sale goes on as it was",
    advice: 'correct the campaign; to stop the sale now, see the runbook',
  },
  PAYMENT_REFUSED: {
    status: 502,
    'zh-CN': '支付渠道拒绝了该笔支付',
    en: 'The payment provider refuses this payment',
    when: 'the payment provider refuses the payment for good, with the code in `data.code`',
    advice: "for the operator: the provider's terms and the sale's do not fit",
  },
  PAYMENT_UNAVAILABLE: {
    status: 503,
    'zh-CN': '支付渠道繁忙，请稍后再试',
    en: 'The payment provider does not answer; try again shortly',
    when: 'the payment provider does not answer in time; the payment may have been opened',
    advice: 'POST again after `Retry-After` seconds: it is the same payment',
  },
  RECOVERING: {
    status: 503,
    'zh-CN': '系统恢复中，请稍后再试',
    en: 'The sale is being recovered; try again shortly',
    when: 'the gate is being rebuilt after a loss; nothing was taken',
    advice: 'try again after `Retry-After` seconds',
  },
  OUTCOME_UNKNOWN: {
    status: 503,
    'zh-CN': '系统繁忙，请稍后查询结果',
    en: 'It is not known yet whether you are in; ask with the traceId',
    when: 'the gate did not answer: the purchase may have been accepted',
    advice: 'ask for `data.traceId`; do not assume either',
  },
  OVERLOADED: {
    status: 503,
    'zh-CN': '抢购人数过多，请稍后再试',
    en: 'Too many want to buy at this moment; try again shortly',
    when: 'this process has more to do than it can, so that it takes no purchases for a moment; nothing was taken, and payments, cancels and states are served',
    advice: 'try again after `Retry-After` seconds',
  },
  STREAMS_FULL: {
    status: 503,
    'zh-CN': '实时连接已满，请改为查询状态或稍后再试',
    en: 'This process has as many event streams as it may; ask for the status, or try again shortly',
    when: 'this process has as many event streams as it may',
    advice: 'ask for the status of the purchase meanwhile, or try again after `Retry-After` seconds',
  },
  UNAVAILABLE: {
    status: 503,
    'zh-CN': '系统繁忙，请稍后再试',
    en: 'Temporarily unavailable; try again shortly',
    when: 'Redis, MySQL, Temporal or the key server does not answer in time, Redis is full, or too many accepted purchases of the voucher wait for a run',
    advice: 'try again after `Retry-After` seconds',
  },
} as const satisfies Record<string, ErrorEntry>

/** The stable name of an error, sent as `error`. */
export type ErrorCode = keyof typeof ErrorCodes

/** The path of an error's page; the `type` of RFC 9457. */
export function errorPath(code: ErrorCode): string {
  return `/errors/${code}`
}

/** Reports whether a text is the code of an error. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ErrorCodes, text)
}

/** Error code of each refusal of the gate. */
export const errorOfGateRefusal = {
  [GateRefusal.NotFound]: 'VOUCHER_NOT_FOUND',
  [GateRefusal.Recovering]: 'RECOVERING',
  [GateRefusal.NotStarted]: 'NOT_STARTED',
  [GateRefusal.Ended]: 'ENDED',
  [GateRefusal.Paused]: 'PAUSED',
  [GateRefusal.SoldOut]: 'SOLD_OUT',
  [GateRefusal.LimitReached]: 'ALREADY_PURCHASED',
  [GateRefusal.KeyReused]: 'KEY_REUSED',
} as const satisfies Record<GateRefusal, ErrorCode>

import { GateRefusal } from 'seckill-store/gate'

interface ErrorEntry {
  readonly status: number
  readonly 'zh-CN': string
  readonly en: string
}

function entry(status: number, zh: string, en: string): ErrorEntry {
  return { status, 'zh-CN': zh, en }
}

/** Error codes of this API with HTTP status and message per language; docs/errors.md lists them. */
export const ErrorCodes = {
  INVALID_REQUEST: entry(400, '请求参数错误', 'The request is not valid'),
  INVALID_JSON: entry(400, '请求体不是有效的 JSON', 'The body is not valid JSON'),
  CALLBACK_REJECTED: entry(400, '回调验证失败', 'The callback cannot be trusted'),
  UNAUTHENTICATED: entry(401, '请先登录', 'A valid bearer token is needed'),
  FORBIDDEN: entry(403, '没有权限', 'This token may not do that'),
  CROSS_ORIGIN: entry(403, '请求来源不受信任', 'With a cookie, only the own page of this server may change something'),
  OPERATOR_REQUIRED: entry(403, '此操作需要操作员权限', 'A viewer reads only; this needs the role operator'),
  NOT_STARTED: entry(403, '秒杀尚未开始', 'The sale has not started'),
  NOT_FOUND: entry(404, '未找到', 'Not found'),
  VOUCHER_NOT_FOUND: entry(404, '优惠券不存在', 'There is no sale of this voucher'),
  METHOD_NOT_ALLOWED: entry(405, '不支持的请求方法', 'This path does not take that method'),
  REQUEST_TIMEOUT: entry(408, '请求超时', 'The request did not arrive in time'),
  SOLD_OUT: entry(409, '库存不足', 'Sold out'),
  ALREADY_PURCHASED: entry(409, '不能重复购买', 'You have bought all you may'),
  CAMPAIGN_EXISTS: entry(409, '该优惠券的秒杀活动已存在', 'A campaign of this voucher exists'),
  CAMPAIGN_STATE: entry(409, '活动当前状态不允许此操作', "The campaign's state does not allow this"),
  ORDER_NOT_PAYABLE: entry(409, '订单当前状态不能支付', 'The order can no longer be paid'),
  ORDER_NOT_PAID: entry(409, '订单未支付，不能退款', 'The order is not paid, so there is nothing to refund'),
  ALREADY_PAID: entry(409, '订单已支付，不能取消', 'The purchase is paid and can no longer be cancelled'),
  TOTAL_BELOW_SOLD: entry(409, '总量不能少于已占用的数量', 'The total is less than what is held or sold'),
  USER_EXISTS: entry(409, '该用户已存在', 'A user with this id exists'),
  VERB_REFUSED: entry(409, '当前状态不允许此操作', 'No lane of the run allows this verb'),
  NOTHING_PARKED: entry(409, '没有等待处理的项', 'No lane of the run is parked'),
  RUN_NOT_OPEN: entry(409, '该运行已结束或不存在', 'The run has ended, or there is none of this id'),
  ENDED: entry(410, '秒杀已结束', 'The sale has ended'),
  VERSION_CONFLICT: entry(412, '活动已被修改，请刷新后重试', 'The campaign has changed; read it again'),
  BODY_TOO_LARGE: entry(413, '请求体过大', 'The body is too large'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, '请求体必须是 application/json', 'The body must be application/json'),
  EXPECTATION_FAILED: entry(417, '不支持的 Expect 请求头', 'This Expect header is not supported'),
  KEY_REUSED: entry(422, '同一幂等键的请求内容不一致', 'This Idempotency-Key was used with another request'),
  OVER_LIMIT: entry(422, '超过每人限购数量', 'That is more than one user may buy'),
  PAUSED: entry(423, '秒杀已暂停', 'The sale is paused'),
  PRECONDITION_REQUIRED: entry(428, '请在 If-Match 中提供活动版本', "Send the campaign's version in If-Match"),
  TOO_MANY_REQUESTS: entry(429, '请求过于频繁，请稍后再试', 'Too many requests; try again shortly'),
  HEADERS_TOO_LARGE: entry(431, '请求头过大', 'The headers are too large'),
  INTERNAL: entry(500, '系统错误', 'Something went wrong on our side'),
  GATE_REFUSED: entry(
    500,
    '已保存，但闸门拒绝该活动',
    'Saved, but the gate refuses the campaign: it goes on as before',
  ),
  PAYMENT_REFUSED: entry(502, '支付渠道拒绝了该笔支付', 'The payment provider refuses this payment'),
  PAYMENT_UNAVAILABLE: entry(
    503,
    '支付渠道繁忙，请稍后再试',
    'The payment provider does not answer; try again shortly',
  ),
  RECOVERING: entry(503, '系统恢复中，请稍后再试', 'The sale is being recovered; try again shortly'),
  OUTCOME_UNKNOWN: entry(
    503,
    '系统繁忙，请稍后查询结果',
    'It is not known yet whether you are in; ask with the traceId',
  ),
  STREAMS_FULL: entry(
    503,
    '实时连接已满，请改为查询状态或稍后再试',
    'This process has as many event streams as it may; ask for the status, or try again shortly',
  ),
  UNAVAILABLE: entry(503, '系统繁忙，请稍后再试', 'Temporarily unavailable; try again shortly'),
} as const satisfies Record<string, ErrorEntry>

/** The stable name of an error, sent as `error`. */
export type ErrorCode = keyof typeof ErrorCodes

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

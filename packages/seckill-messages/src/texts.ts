import type { Language } from './languages.js'

/** A message's template; `{name}` stands for a value of the purchase. */
interface Template {
  readonly title: string
  readonly text: string
}

/** Every message of the sale, by the kind of its notification. */
export const texts = {
  WON: {
    'zh-CN': {
      title: '抢购成功：{voucher}',
      text: '您已抢到“{voucher}”{quantity} 件。请在 {payBefore} 前支付 {price}，逾期订单将自动关闭。',
    },
    en: {
      title: 'You got it: {voucher}',
      text: 'Your order of “{voucher}” is placed, quantity {quantity}. Pay {price} before {payBefore}; after that the order closes by itself.',
    },
  },
  PAY_SOON: {
    'zh-CN': {
      title: '请尽快付款：{voucher}',
      text: '您的“{voucher}”订单尚未支付。请在 {payBefore} 前支付 {price}，逾期订单将自动关闭。',
    },
    en: {
      title: 'Please pay soon: {voucher}',
      text: 'Your order of “{voucher}” is not paid yet. Pay {price} before {payBefore}; after that the order closes by itself.',
    },
  },
  REFUSED: {
    'zh-CN': { title: '未能抢到：{voucher}', text: '很抱歉，您这次未能抢到“{voucher}”：{reason}。' },
    en: { title: 'Not this time: {voucher}', text: 'We are sorry, you did not get “{voucher}”: {reason}.' },
  },
  PAID: {
    'zh-CN': { title: '付款成功：{voucher}', text: '已收到您支付的 {price}，您购买的“{voucher}”{quantity} 件已生效。' },
    en: {
      title: 'Paid: {voucher}',
      text: 'We have received {price}. Your purchase of “{voucher}” is complete, quantity {quantity}.',
    },
  },
  EXPIRED: {
    'zh-CN': {
      title: '订单已超时关闭：{voucher}',
      text: '您的“{voucher}”订单未在 {payBefore} 前完成支付，已自动关闭。',
    },
    en: {
      title: 'Order closed: {voucher}',
      text: 'Your order of “{voucher}” was not paid before {payBefore} and is closed.',
    },
  },
  CANCELLED: {
    'zh-CN': { title: '购买已取消：{voucher}', text: '您对“{voucher}”的购买已取消。' },
    en: { title: 'Cancelled: {voucher}', text: 'Your purchase of “{voucher}” is cancelled.' },
  },
  REFUNDED: {
    'zh-CN': { title: '退款成功：{voucher}', text: '您为“{voucher}”支付的 {price} 已原路退回。' },
    en: { title: 'Refunded: {voucher}', text: 'The {price} that you paid for “{voucher}” is refunded.' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, Template>>>>

/** The kind of a message. */
export type MessageKind = keyof typeof texts

/** The reasons of a refusal, as its buyer reads them behind a colon. */
export const reasons: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  USER_UNKNOWN: { 'zh-CN': '用户不存在', en: 'this user does not exist' },
  USER_BLOCKED: { 'zh-CN': '账号已被停用', en: 'this account is disabled' },
  KEY_REUSED: { 'zh-CN': '该请求已用于另一笔购买', en: 'the request belongs to another purchase' },
  LIMIT_REACHED: { 'zh-CN': '已达到每人限购数量', en: 'you have bought all that one user may buy' },
  NOT_ON_SALE: { 'zh-CN': '该优惠券已停止销售', en: 'the voucher is no longer on sale' },
  OUTSIDE_WINDOW: { 'zh-CN': '不在秒杀时间内', en: 'the sale was not open' },
  SOLD_OUT: { 'zh-CN': '库存不足', en: 'it is sold out' },
  CANCELLED_BY_BUYER: { 'zh-CN': '您已取消', en: 'you cancelled it' },
  PAYMENT_EXPIRED: { 'zh-CN': '支付超时', en: 'it was not paid in time' },
  ROLLED_BACK: { 'zh-CN': '购买未能完成', en: 'the purchase could not be completed' },
  NOT_PROCESSED: {
    'zh-CN': '系统故障，您的购买未能处理，您可以重新抢购',
    en: 'we could not process it by a fault of ours; you may try again',
  },
  ADMISSION_LOST: {
    'zh-CN': '系统故障，您的排队记录丢失，您可以重新抢购',
    en: 'we lost your place in the queue by a fault of ours; you may try again',
  },
}

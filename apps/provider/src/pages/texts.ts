import type { PaymentState } from '../state/records.js'

/** The languages of the payer's page; the first is the default. */
export const pageLanguages = ['en', 'zh-CN'] as const
export type PageLanguage = (typeof pageLanguages)[number]

/** The texts of the payer's page in one language. */
export interface PageTexts {
  readonly sandbox: string
  /** Stands before a time, in `timeZone`. */
  readonly payBefore: string
  readonly timeZone: string
  /** Stands behind the time. */
  readonly timeZoneName: string
  /** Stands before the amount. */
  readonly pay: string
  readonly fail: string
  readonly leave: string
  readonly failed: string
  readonly back: string
  readonly lookAgain: string
  /** Stands before the merchant reference. */
  readonly reference: string
  readonly unknown: string
  readonly state: Readonly<Record<PaymentState, string>>
}

export const pageTexts: Readonly<Record<PageLanguage, PageTexts>> = {
  en: {
    sandbox: 'Sandbox: no money moves',
    payBefore: 'Pay before ',
    timeZone: 'UTC',
    timeZoneName: ' UTC',
    pay: 'Pay',
    fail: 'Let the payment fail',
    leave: 'Leave without paying',
    failed: 'The payment failed. You can try again.',
    back: 'Back to the shop',
    lookAgain: 'Look again',
    reference: 'Reference: ',
    unknown: 'There is no such payment',
    state: {
      open: 'Waiting for your payment',
      pending: 'Your payment is being processed',
      captured: 'Paid',
      closed: 'Closed: it can no longer be paid',
      partlyRefunded: 'Paid, and refunded in part',
      refunded: 'Refunded',
    },
  },
  'zh-CN': {
    sandbox: '沙箱环境，不会产生真实交易',
    payBefore: '支付截止：',
    timeZone: 'Asia/Shanghai',
    timeZoneName: '（北京时间）',
    pay: '支付',
    fail: '模拟支付失败',
    leave: '不支付，返回',
    failed: '支付失败，您可以重试。',
    back: '返回商家',
    lookAgain: '刷新状态',
    reference: '商户单号：',
    unknown: '该支付单不存在',
    state: {
      open: '等待支付',
      pending: '支付处理中',
      captured: '已支付',
      closed: '已关闭，无法再支付',
      partlyRefunded: '已支付，部分退款',
      refunded: '已退款',
    },
  },
}

export {
  CallbackRejectedError,
  type CallbackRejection,
  PaymentRefusedError,
  ProviderUnavailableError,
} from './errors.js'
export type {
  CallbackRequest,
  CircuitState,
  ClosedPayment,
  PaymentCallback,
  PaymentPage,
  PaymentPageRequest,
  PaymentProvider,
  PaymentReference,
  PaymentRequest,
  ProviderPayment,
  ProviderPaymentState,
  ProviderRefund,
  ProviderRefundState,
  RefundRequest,
} from './port.js'

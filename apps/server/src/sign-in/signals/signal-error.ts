/** Why a token of a transmitter was not taken (RFC 8935 §2.4, RFC 8936 §2.6). */
export type SignalFault =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'access_denied'

export class RefusedSignal extends Error {
  readonly fault: SignalFault

  constructor(fault: SignalFault, message: string) {
    super(message)
    this.name = 'RefusedSignal'
    this.fault = fault
  }
}

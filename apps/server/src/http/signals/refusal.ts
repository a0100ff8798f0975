import { AccessError } from '../../access/access-error.ts'

/** A refusal of the stream API, in the words of RFC 8935 §2.4: a code and what it means. */
export class SignalError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    options: { readonly message: string; readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(options.message)
    this.name = 'SignalError'
    this.status = status
    this.code = code
    this.headers = options.headers ?? {}
  }
}

export const noStore = { 'cache-control': 'no-store' }

/** Undefined for what nobody foresaw. */
export function toSignalResponse(error: unknown): Response | undefined {
  const known = toKnown(error)
  if (known === undefined) return undefined
  const body = { err: known.code, description: known.message }
  return Response.json(body, { status: known.status, headers: { ...noStore, ...known.headers } })
}

function toKnown(error: unknown): SignalError | undefined {
  if (error instanceof SignalError) return error
  if (!(error instanceof AccessError)) return undefined
  const status = error.status === 422 ? 400 : error.status
  return new SignalError(status, status === 404 ? 'not_found' : 'invalid_request', { message: error.message })
}

export function badRequest(message: string): SignalError {
  return new SignalError(400, 'invalid_request', { message })
}

/** The database cannot answer now; the web turns this into 503 with Retry-After, and nothing was changed by us. */
export class DatabaseUnavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause })
    this.name = 'DatabaseUnavailable'
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
}

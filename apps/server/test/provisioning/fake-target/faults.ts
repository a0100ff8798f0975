/** A request as it arrived. */
export type SeenRequest = {
  readonly method: string
  /** Below the base URL, without the query: `/Users/u1`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  /** Parsed; undefined where there was none. */
  readonly body: unknown
  /** 1 for the first. */
  readonly number: number
}

/**
 * What goes wrong with a request. `dropBefore`: the connection breaks and nothing was done; `dropAfter`: it breaks, but
 * it was done; `late`: it breaks, and is done `byMs` later by the server's clock; `hang`: no answer, nothing done;
 * `hangAfter`: done, but no answer. `answer`: nothing done, this answer.
 */
export type Fault =
  | 'none'
  | 'dropBefore'
  | 'dropAfter'
  | 'hang'
  | 'hangAfter'
  | { readonly kind: 'late'; readonly byMs: number }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      /** JSON; undefined: none. */
      readonly body?: unknown
      /** In the place of `body`, as HTML. */
      readonly html?: string
    }

export const faults = {
  throttled: (headers: Readonly<Record<string, string>> = {}): Fault => ({ kind: 'answer', status: 429, headers }),
  unavailable: (headers: Readonly<Record<string, string>> = {}): Fault => ({ kind: 'answer', status: 503, headers }),
  broken: { kind: 'answer', status: 500 },
  unauthorized: { kind: 'answer', status: 401 },
  forbidden: { kind: 'answer', status: 403 },
  html: { kind: 'answer', status: 200, html: '<!doctype html><title>Sign in</title>' },
} as const satisfies Record<string, Fault | ((headers?: Readonly<Record<string, string>>) => Fault)>

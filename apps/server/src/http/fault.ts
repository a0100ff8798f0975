/** A refusal below the mounts: by the listener, or by a path that no mount owns. */
export type Fault = {
  readonly status: number
  /** Stable; the wording of `detail` is not. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly headers?: Readonly<Record<string, string>>
}

export const faults = {
  malformedRequest: {
    status: 400,
    code: 'malformedRequest',
    title: 'Bad Request',
    detail: 'The request is not well-formed HTTP.',
  },
  notFound: {
    status: 404,
    code: 'notFound',
    title: 'Not Found',
    detail: 'Nothing is served under this path; paths are case-sensitive.',
  },
  methodNotAllowed: {
    status: 405,
    code: 'methodNotAllowed',
    title: 'Method Not Allowed',
    detail: 'Only GET and HEAD are answered here.',
    headers: { allow: 'GET, HEAD' },
  },
  requestTimeout: {
    status: 408,
    code: 'requestTimeout',
    title: 'Request Timeout',
    detail: 'The request did not arrive completely in time.',
  },
  bodyTooLarge: {
    status: 413,
    code: 'bodyTooLarge',
    title: 'Content Too Large',
    detail: 'The body is larger than any endpoint accepts.',
  },
  unknownExpectation: {
    status: 417,
    code: 'unknownExpectation',
    title: 'Expectation Failed',
    detail: 'The only expectation that is met is "Expect: 100-continue".',
  },
  urlTooLong: {
    status: 414,
    code: 'urlTooLong',
    title: 'URI Too Long',
    detail: 'The URL is too long; long filters go by POST to .search (RFC 7644 §3.4.3).',
  },
  headersTooLarge: {
    status: 431,
    code: 'headersTooLarge',
    title: 'Request Header Fields Too Large',
    detail: 'The header fields of the request are larger than 64 KiB together.',
  },
  internal: {
    status: 500,
    code: 'internal',
    title: 'Internal Server Error',
    detail: 'Something went wrong on our side; the log knows more under this request id.',
  },
  noTunnel: {
    status: 501,
    code: 'noTunnel',
    title: 'Not Implemented',
    detail: 'This is no proxy: CONNECT is not implemented.',
  },
  unavailable: {
    status: 503,
    code: 'unavailable',
    title: 'Service Unavailable',
    // It may have died while it committed: nobody knows then whether something was changed.
    detail: 'The database cannot answer now; try again.',
  },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultBody = { readonly contentType: string; readonly text: string }

const scimError = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** A SCIM path, in whatever case and with whatever slashes, gets a SCIM error, everything else problem+json (RFC 9457). */
export function faultBody(fault: Fault, path: string | undefined, requestId?: string): FaultBody {
  const { status, code, title, detail } = fault
  // Without a path (the request line was lost) the client is most likely an identity provider.
  if (path === undefined || isScimPath(path)) {
    const text = JSON.stringify({ schemas: [scimError], status: String(status), detail })
    return { contentType: 'application/scim+json', text }
  }
  const problem = { type: 'about:blank', title, status, detail, code, ...(requestId !== undefined && { requestId }) }
  return { contentType: 'application/problem+json', text: JSON.stringify(problem) }
}

export function faultResponse(fault: Fault, path: string | undefined, requestId?: string): Response {
  const { contentType, text } = faultBody(fault, path, requestId)
  return new Response(text, { status: fault.status, headers: { 'content-type': contentType, ...fault.headers } })
}

export function isScimPath(path: string): boolean {
  return /(?:^|\/)scim(?:[/?#]|$)/i.test(path)
}

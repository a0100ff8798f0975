import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Whose sign-in it is. */
export type RequestPlace = { readonly organizationId: string; readonly providerId: string }

export type RequestToken = {
  readonly expiresAt: Date
  /** Whether the browser with this secret began the sign-in; true where it could keep none. */
  isOf(browserSecret: string | undefined): boolean
}

const timeBytes = 6
const nonceBytes = 16
const browserBytes = 16
const macBytes = 16
const noBrowser = Buffer.alloc(browserBytes)

/**
 * The name of a request to an identity provider that knows itself whose it is, which browser began it and how long it is good:
 * beginning a sign-in writes nothing, so that strangers fill no table, and any process can take the answer. Of letters that
 * an ID of XML may have behind an underscore. `detail` is vouched for and must be shown again.
 */
export function writeRequestToken(
  secret: Uint8Array,
  place: RequestPlace,
  given: { readonly browserSecret: string | undefined; readonly expiresAt: Date; readonly detail?: string },
): string {
  const time = Buffer.alloc(timeBytes)
  time.writeUIntBE(given.expiresAt.getTime(), 0, timeBytes)
  const head = Buffer.concat([time, randomBytes(nonceBytes), hashBrowser(given.browserSecret)])
  return Buffer.concat([head, macOf(secret, place, head, given.detail)]).toString('base64url')
}

/** Undefined for what we never made for this identity provider, or what has expired. */
export function readRequestToken(
  secret: Uint8Array,
  place: RequestPlace,
  shown: { readonly token: string; readonly detail?: string; readonly now: Date },
): RequestToken | undefined {
  const bytes = Buffer.from(shown.token, 'base64url')
  // Two texts for the same bytes would be two requests.
  if (bytes.length !== timeBytes + nonceBytes + browserBytes + macBytes || bytes.toString('base64url') !== shown.token)
    return undefined
  const head = bytes.subarray(0, -macBytes)
  if (!timingSafeEqual(bytes.subarray(-macBytes), macOf(secret, place, head, shown.detail))) return undefined
  const expiresAt = new Date(head.readUIntBE(0, timeBytes))
  if (expiresAt <= shown.now) return undefined
  const browser = head.subarray(-browserBytes)
  return {
    expiresAt,
    isOf: (browserSecret) => browser.equals(noBrowser) || timingSafeEqual(browser, hashBrowser(browserSecret)),
  }
}

function hashBrowser(secret: string | undefined): Buffer {
  return secret === undefined ? noBrowser : createHash('sha256').update(secret).digest().subarray(0, browserBytes)
}

function macOf(secret: Uint8Array, { organizationId, providerId }: RequestPlace, head: Buffer, detail = ''): Buffer {
  return createHmac('sha256', secret)
    .update(head)
    .update(JSON.stringify([organizationId, providerId, detail]))
    .digest()
    .subarray(0, macBytes)
}

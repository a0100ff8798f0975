import type { Clock } from '../clock.ts'
import type { FetchJson } from '../outbound.ts'

/** A set of public keys (RFC 7517 §5) as somebody publishes it. */
export type PublishedKeys = { readonly keys: readonly Readonly<Record<string, unknown>>[] }

export type SigningKeys = {
  /** The keys, asked for anew when they are old or when none has that id; throws when they cannot be had at all. */
  get(keyId: string | undefined): Promise<PublishedKeys>
}

/** Published keys change rarely; Microsoft says to look once a day. */
export const signingKeysMs = 24 * 3_600_000
/** An id that nobody knows must not make us ask the publisher each time. */
export const signingKeysPauseMs = 5 * 60_000
const keysMax = 100

type Known = { readonly published: PublishedKeys; readonly atMs: number }

/** Keys at one fixed address, remembered; when it does not answer the old ones stay good. */
export function createSigningKeys(options: {
  readonly url: string
  readonly fetchJson: FetchJson
  readonly clock: Clock
}): SigningKeys {
  const { url, fetchJson, clock } = options
  let known: Known | undefined
  let triedAtMs = -Infinity
  let asking: Promise<PublishedKeys> | undefined

  const ask = async (nowMs: number): Promise<PublishedKeys> => {
    triedAtMs = nowMs
    const published = parsePublished(await fetchJson(url))
    known = { published, atMs: nowMs }
    return published
  }
  return {
    get: async (keyId) => {
      const nowMs = clock().getTime()
      const isOld = known === undefined || nowMs - known.atMs > signingKeysMs
      const isMissing = known !== undefined && !known.published.keys.some((key) => key['kid'] === keyId)
      const mayAsk = nowMs - triedAtMs >= signingKeysPauseMs
      if (known !== undefined && !((isOld || isMissing) && mayAsk)) return known.published
      if (known === undefined && !mayAsk && asking === undefined) throw new Error(`${url} did not answer a moment ago`)
      asking ??= ask(nowMs).finally(() => {
        asking = undefined
      })
      const before = known
      return before === undefined ? asking : asking.catch(() => before.published)
    },
  }
}

function parsePublished(value: unknown): PublishedKeys {
  const keys: unknown = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined
  if (!Array.isArray(keys) || keys.length > keysMax) throw new Error('What was published is no set of keys')
  const objects = keys.filter((key: unknown) => typeof key === 'object' && key !== null)
  return { keys: objects.map((key: object) => Object.fromEntries(Object.entries(key))) }
}

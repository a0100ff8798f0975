import { signalUris } from '@rollcall/admin-api'
import { scimEventUris } from '@rollcall/scim'

const ssf = 'https://schemas.openid.net/secevent/ssf/event-type'

/** What is told about a stream itself, whatever it asked for (SSF 1.0 §8.1.4, §8.1.5). */
export const streamUris = { verification: `${ssf}/verification`, updated: `${ssf}/stream-updated` } as const

/** Events with the data of people, for those who may read people. */
const fullUris: ReadonlySet<string> = new Set([
  scimEventUris.createFull,
  scimEventUris.patchFull,
  scimEventUris.putFull,
])

/** Everything that a stream may be asked to tell; completions go to streams of a connection only. */
export const supportedUris: readonly string[] = [...Object.values(signalUris), ...Object.values(scimEventUris)]

/** What a receiver without the right to read people may ask for. */
export const publicUris: readonly string[] = supportedUris.filter((uri) => !fullUris.has(uri))

/** What a stream that asked for these events must be ready for: a PUT that is told in full may come as a notice. */
export function grantedUris(requested: readonly string[]): ReadonlySet<string> {
  const granted = new Set(requested)
  if (granted.has(scimEventUris.putFull)) granted.add(scimEventUris.putNotice)
  return granted
}

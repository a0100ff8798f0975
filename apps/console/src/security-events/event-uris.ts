import { signalUris } from '@rollcall/admin-api/names'
import { scimEventUris } from '@rollcall/scim'

/** Events by the standard that names them, as a stream may be asked for them. */
export const eventGroups = [
  { name: 'signals', uris: Object.values(signalUris) },
  { name: 'scim', uris: Object.values(scimEventUris) },
] as const

const prefixes = [
  'https://schemas.openid.net/secevent/caep/event-type/',
  'https://schemas.openid.net/secevent/risc/event-type/',
  'urn:ietf:params:scim:event:',
]

/** What an event is called among people: its address without what all of that standard share. */
export function shortName(uri: string): string {
  const prefix = prefixes.find((each) => uri.startsWith(each))
  return prefix === undefined ? uri : uri.slice(prefix.length)
}

import { BerReader, BerWriter, type Control } from 'ldapts'
import { createControl, type IntermediateMessage, type RawControl } from './controls.ts'
import type { LdapEntry } from './entry.ts'
import { printUuid } from './unique-id.ts'
import type { LdapExchange } from './session.ts'

/** RFC 4533. */
const requestOid = '1.3.6.1.4.1.4203.1.9.1.1'
const stateOid = '1.3.6.1.4.1.4203.1.9.1.2'
const doneOid = '1.3.6.1.4.1.4203.1.9.1.3'
const infoName = '1.3.6.1.4.1.4203.1.9.1.4'
const refreshOnly = 1
const deleted = 3
const booleanTag = 0x01
const octetStringTag = 0x04
const setTag = 0x31
const idSetTag = 0xa3

/** What became of entries since a cookie. */
export type SyncAnswer = {
  readonly changed: readonly { readonly id: string; readonly entry: LdapEntry }[]
  /** Ids that are gone. */
  readonly deleted: ReadonlySet<string>
  /** Set where the server does not know who is gone: all that is still there and is as it was. */
  readonly unchanged: ReadonlySet<string> | undefined
  /** Undefined: as it was. */
  readonly cookie: string | undefined
}

/** Asks for what changed since a cookie, once. */
export function createSyncControl(cookie: string): Control {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeEnumeration(refreshOnly)
  writer.writeString(cookie)
  writer.endSequence()
  return createControl(requestOid, writer.buffer)
}

/** Undefined: the server answered as if nobody had asked for changes. */
export function readSyncAnswer({ entries, controls, intermediates }: LdapExchange): SyncAnswer | undefined {
  const done = controls.find(({ oid }) => oid === doneOid)
  if (done === undefined) return undefined
  const { cookie, tellsDeleted } = readDone(done)
  const gone = new Set<string>()
  const present = new Set<string>()
  const changed: { id: string; entry: LdapEntry }[] = []
  for (const { entry, controls: own } of entries) {
    const state = readState(own)
    if (state === undefined) return undefined
    if (state.kind === deleted) gone.add(state.id)
    // An entry that is as it was comes without attributes.
    else if (state.kind === 0) present.add(state.id)
    else changed.push({ id: state.id, entry })
  }
  for (const set of intermediates.map(readIdSet))
    for (const id of set?.ids ?? []) (set?.areDeleted === true ? gone : present).add(id)
  return { changed, deleted: gone, unchanged: tellsDeleted ? undefined : present, cookie }
}

function readState(controls: readonly RawControl[]): { readonly kind: number; readonly id: string } | undefined {
  const state = controls.find(({ oid }) => oid === stateOid)
  if (state === undefined) return undefined
  const reader = new BerReader(state.value)
  reader.readSequence()
  const kind = reader.readEnumeration() ?? 0
  const id = reader.readString(octetStringTag, true)
  return id === null ? undefined : { kind, id: printUuid(id) }
}

function readDone({ value }: RawControl): { readonly cookie: string | undefined; readonly tellsDeleted: boolean } {
  if (value.length === 0) return { cookie: undefined, tellsDeleted: false }
  const reader = new BerReader(value)
  reader.readSequence()
  const cookie = readCookie(reader)
  return { cookie, tellsDeleted: reader.remain > 0 && reader.peek() === booleanTag && reader.readBoolean() === true }
}

function readCookie(reader: BerReader): string | undefined {
  return reader.remain > 0 && reader.peek() === octetStringTag ? (reader.readString() ?? undefined) : undefined
}

function readIdSet({
  name,
  value,
}: IntermediateMessage): { readonly areDeleted: boolean; readonly ids: readonly string[] } | undefined {
  if (name !== infoName || value[0] !== idSetTag) return undefined
  const reader = new BerReader(value)
  reader.readSequence()
  readCookie(reader)
  const areDeleted = reader.remain > 0 && reader.peek() === booleanTag && reader.readBoolean() === true
  const ids: string[] = []
  reader.readSequence(setTag)
  const end = reader.offset + reader.length
  while (reader.offset < end) {
    const id = reader.readString(octetStringTag, true)
    if (id !== null) ids.push(printUuid(id))
  }
  return { areDeleted, ids }
}

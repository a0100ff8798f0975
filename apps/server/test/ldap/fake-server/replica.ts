import { randomUUID } from 'node:crypto'
import { BerReader, BerWriter } from 'ldapts'
import {
  encodeEntry,
  encodeResult,
  type FakeAttribute,
  type FakeControl,
  type FakeMessage,
  type LdapRequest,
} from './protocol.ts'
import { Refused, toGuidBytes, type Tree } from './tree.ts'

/** What one domain controller says of its copy of the tree, emulated from MS-ADTS and MS-DRSR. */
export type Replica = {
  readonly service: string
  /** Another one after it was restored from a backup, and on another server. */
  invocationId: string
  /** Whether we may use DirSync: the right "Replicating Directory Changes". */
  mayReplicate: boolean
  /** So many objects an answer of DirSync has. */
  objectsMax: number
}

export function createReplica(base: string): Replica {
  const service = `CN=NTDS Settings,CN=DC1,CN=Servers,CN=Sites,CN=Configuration,${base}`
  return { service, invocationId: randomUUID(), mayReplicate: true, objectsMax: 1_000 }
}

export function showService({ invocationId }: Replica): readonly FakeAttribute[] {
  return [{ name: 'invocationId', values: [toGuidBytes(invocationId)] }]
}

const dirSync = '1.2.840.113556.1.4.841'

/** The cookie of a request that asks for changes. */
export function readDirSync(controls: readonly FakeControl[]): string | undefined {
  const control = controls.find(({ oid }) => oid === dirSync)
  if (control === undefined) return undefined
  const reader = new BerReader(control.value)
  reader.readSequence()
  reader.readInt()
  reader.readInt()
  return (reader.readString(0x04, true) ?? Buffer.alloc(0)).toString()
}

/** Objects by the number of their last change, by their ids alone: real ones come with what changed of them and no more. */
export function answerDirSync(
  message: FakeMessage,
  request: LdapRequest & { kind: 'search' },
  { tree, replica, since }: { readonly tree: Tree; readonly replica: Replica; readonly since: string },
): Buffer {
  if (!replica.mayReplicate)
    throw new Refused(50, '00002105: LdapErr: DSID-0C0907E0, comment: Error processing control, data 0')
  const after = since === '' ? 0 : Number(since)
  if (Number.isNaN(after)) throw new Refused(53, '00002077: SvcErr: DSID-031A1002, problem 5003 (WILL_NOT_PERFORM)')
  const living = [...tree.entries.values()]
    .filter((entry) => tree.matches(entry, request.filter))
    .map(({ dn, guid, usn }) => ({ dn, guid, usn, isDeleted: false }))
  const gone = [...tree.tombstones].map(([guid, { dn, usn }]) => ({
    dn: `${dn.split(',')[0]}\\0ADEL:${guid},CN=Deleted Objects,${request.base}`,
    guid,
    usn,
    isDeleted: true,
  }))
  const changed = [...living, ...gone].filter(({ usn }) => usn > after).toSorted((one, other) => one.usn - other.usn)
  const page = changed.slice(0, replica.objectsMax)
  const isMore = page.length < changed.length
  const entries = page.map(({ dn, guid, isDeleted }) =>
    encodeEntry(message.id, dn, [
      { name: 'objectGUID', values: [toGuidBytes(guid)] },
      ...(isDeleted ? [{ name: 'isDeleted', values: [Buffer.from('TRUE')] }] : []),
    ]),
  )
  const cookie = String(isMore ? (page.at(-1)?.usn ?? after) : tree.usn)
  return Buffer.concat([...entries, encodeResult(message, { code: 0 }, toControl(isMore, cookie))])
}

function toControl(isMore: boolean, cookie: string): FakeControl {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(isMore ? 1 : 0)
  writer.writeInt(0)
  writer.writeBuffer(Buffer.from(cookie), 0x04)
  writer.endSequence()
  return { oid: dirSync, value: writer.buffer }
}

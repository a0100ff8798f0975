import { BerReader, BerWriter } from 'ldapts'

/** A request of RFC 4511 as the server of the tests reads it. */
export type LdapRequest =
  | { readonly kind: 'bind'; readonly dn: string; readonly password: string }
  | { readonly kind: 'unbind' }
  | { readonly kind: 'extended'; readonly oid: string }
  | {
      readonly kind: 'search'
      readonly base: string
      readonly scope: number
      readonly sizeLimit: number
      readonly filter: FakeFilter
      readonly attributes: readonly string[]
    }
  | { readonly kind: 'add'; readonly dn: string; readonly attributes: readonly FakeAttribute[] }
  | { readonly kind: 'modify'; readonly dn: string; readonly changes: readonly FakeChange[] }
  | { readonly kind: 'rename'; readonly dn: string; readonly rdn: string; readonly parent: string | undefined }
  | { readonly kind: 'delete'; readonly dn: string }

export type FakeAttribute = { readonly name: string; readonly values: readonly Buffer[] }
export type FakeChange = FakeAttribute & { readonly operation: 'add' | 'delete' | 'replace' }
export type FakeFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FakeFilter[] }
  | { readonly kind: 'not'; readonly filter: FakeFilter }
  | { readonly kind: 'equal' | 'atLeast'; readonly name: string; readonly value: Buffer }
  | { readonly kind: 'present'; readonly name: string }

export type FakeControl = { readonly oid: string; readonly value: Buffer }
export type FakeMessage = {
  readonly id: number
  readonly request: LdapRequest
  readonly controls: readonly FakeControl[]
}

export function decode(frame: Buffer): FakeMessage {
  const reader = new BerReader(frame)
  reader.readSequence()
  const id = reader.readInt() ?? 0
  const tag = reader.readSequence() ?? 0
  const end = reader.offset + reader.length
  const request = readRequest(reader, tag, end)
  reader.offset = end
  return { id, request, controls: reader.remain > 0 ? readControls(reader) : [] }
}

function readRequest(reader: BerReader, tag: number, end: number): LdapRequest {
  switch (tag) {
    case 0x60:
      reader.readInt()
      return { kind: 'bind', dn: text(reader), password: reader.readString(0x80) ?? '' }
    case 0x42:
      return { kind: 'unbind' }
    case 0x77:
      return { kind: 'extended', oid: reader.readString(0x80) ?? '' }
    case 0x4a:
      return { kind: 'delete', dn: reader.buffer.subarray(reader.offset, end).toString('utf8') }
    case 0x68:
      return { kind: 'add', dn: text(reader), attributes: readAttributes(reader) }
    case 0x66:
      return { kind: 'modify', dn: text(reader), changes: readChanges(reader) }
    case 0x6c: {
      const [dn, rdn] = [text(reader), text(reader)]
      reader.readBoolean()
      return { kind: 'rename', dn, rdn, parent: reader.offset < end ? (reader.readString(0x80) ?? '') : undefined }
    }
    case 0x63:
      return readSearch(reader)
    default:
      throw new Error(`Tag 0x${tag.toString(16)}`)
  }
}

function text(reader: BerReader): string {
  return reader.readString() ?? ''
}

function bytes(reader: BerReader): Buffer {
  return reader.readString(0x04, true) ?? Buffer.alloc(0)
}

function inside<Value>(reader: BerReader, read: () => Value): readonly Value[] {
  reader.readSequence()
  const end = reader.offset + reader.length
  const all: Value[] = []
  while (reader.offset < end) all.push(read())
  return all
}

function readAttribute(reader: BerReader): FakeAttribute {
  reader.readSequence()
  const name = text(reader)
  return { name, values: inside(reader, () => bytes(reader)) }
}

function readAttributes(reader: BerReader): readonly FakeAttribute[] {
  return inside(reader, () => readAttribute(reader))
}

function readChanges(reader: BerReader): readonly FakeChange[] {
  return inside(reader, () => {
    reader.readSequence()
    const operation = (['add', 'delete', 'replace'] as const)[reader.readEnumeration() ?? 0] ?? 'add'
    return { operation, ...readAttribute(reader) }
  })
}

function readSearch(reader: BerReader): LdapRequest {
  const base = text(reader)
  const scope = reader.readEnumeration() ?? 0
  reader.readEnumeration()
  const sizeLimit = reader.readInt() ?? 0
  reader.readInt()
  reader.readBoolean()
  const filter = readFilter(reader)
  return { kind: 'search', base, scope, sizeLimit, filter, attributes: inside(reader, () => text(reader)) }
}

function readFilter(reader: BerReader): FakeFilter {
  const tag = reader.peek() ?? 0
  if (tag === 0xa0 || tag === 0xa1)
    return { kind: tag === 0xa0 ? 'and' : 'or', filters: inside(reader, () => readFilter(reader)) }
  if (tag === 0x87) return { kind: 'present', name: reader.readString(0x87) ?? '' }
  reader.readSequence()
  if (tag === 0xa2) return { kind: 'not', filter: readFilter(reader) }
  if (tag === 0xa3) return { kind: 'equal', name: text(reader), value: bytes(reader) }
  if (tag === 0xa5) return { kind: 'atLeast', name: text(reader), value: bytes(reader) }
  throw new Error(`Filter 0x${tag.toString(16)}`)
}

function readControls(reader: BerReader): readonly FakeControl[] {
  return inside(reader, () => {
    reader.readSequence()
    const end = reader.offset + reader.length
    const oid = text(reader)
    if (reader.peek() === 0x01) reader.readBoolean()
    const value = reader.offset < end ? bytes(reader) : Buffer.alloc(0)
    reader.offset = end
    return { oid, value }
  })
}

export type FakeResult = { readonly code: number; readonly said?: string }

/** The answer that belongs to a kind of request. */
const answerTags = { bind: 0x61, search: 0x65, modify: 0x67, add: 0x69, delete: 0x6b, rename: 0x6d, extended: 0x78 }

export function encodeResult(
  { id, request }: Pick<FakeMessage, 'id' | 'request'>,
  { code, said = '' }: FakeResult,
  control?: FakeControl,
): Buffer {
  return message(id, (writer) => {
    writer.startSequence(request.kind === 'unbind' ? 0x78 : answerTags[request.kind])
    writer.writeEnumeration(code)
    writer.writeString('')
    writer.writeString(said)
    writer.endSequence()
    if (control === undefined) return
    writer.startSequence(0xa0)
    writer.startSequence()
    writer.writeString(control.oid)
    writer.writeBuffer(control.value, 0x04)
    writer.endSequence()
    writer.endSequence()
  })
}

export function encodeEntry(id: number, dn: string, attributes: readonly FakeAttribute[]): Buffer {
  return message(id, (writer) => {
    writer.startSequence(0x64)
    writer.writeString(dn)
    writer.startSequence()
    for (const { name, values } of attributes) {
      writer.startSequence()
      writer.writeString(name)
      writer.startSequence(0x31)
      for (const value of values) writer.writeBuffer(value, 0x04)
      writer.endSequence()
      writer.endSequence()
    }
    writer.endSequence()
    writer.endSequence()
  })
}

/** RFC 2696. */
export function readPaging(
  controls: readonly FakeControl[],
): { readonly size: number; readonly from: number } | undefined {
  const paging = controls.find(({ oid }) => oid === pagedResults)
  if (paging === undefined) return undefined
  const reader = new BerReader(paging.value)
  reader.readSequence()
  return { size: reader.readInt() ?? 0, from: Number((reader.readString(0x04, true) ?? '').toString() || '0') }
}

export function writePaging(next: number | undefined): FakeControl {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(0)
  writer.writeBuffer(Buffer.from(next === undefined ? '' : String(next)), 0x04)
  writer.endSequence()
  return { oid: pagedResults, value: writer.buffer }
}

const pagedResults = '1.2.840.113556.1.4.319'

function message(id: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  write(writer)
  writer.endSequence()
  return writer.buffer
}

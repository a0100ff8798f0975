import { BerReader, BerWriter, type Control } from 'ldapts'
import { createControl, type RawControl } from './controls.ts'

/** MS-ADTS §3.1.1.3.4.1.3. */
const oid = '1.2.840.113556.1.4.841'
const octetStringTag = 0x04
/** So many bytes an answer may have; servers keep their own limit besides. */
const answerBytes = 4 * 1024 * 1024

/** Asks Active Directory for what changed since a cookie; an empty one means everything. */
export function createDirSyncControl(cookie: Buffer): Control {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(0)
  writer.writeInt(answerBytes)
  writer.writeBuffer(cookie, octetStringTag)
  writer.endSequence()
  return createControl(oid, writer.buffer)
}

/** Undefined: the server did not take the control. */
export function readDirSyncAnswer(
  controls: readonly RawControl[],
): { readonly hasMore: boolean; readonly cookie: Buffer } | undefined {
  const control = controls.find((one) => one.oid === oid)
  if (control === undefined) return undefined
  const reader = new BerReader(control.value)
  reader.readSequence()
  const hasMore = (reader.readInt() ?? 0) !== 0
  reader.readInt()
  return { hasMore, cookie: reader.readString(octetStringTag, true) ?? Buffer.alloc(0) }
}

import { BerReader, type BerWriter, Control } from 'ldapts'

/** A control as it goes over the wire (RFC 4511 §4.1.11). */
export type RawControl = { readonly oid: string; readonly value: Buffer }

/** An intermediate message (RFC 4511 §4.13): what a server says of a search besides entries and its end. */
export type IntermediateMessage = { readonly name: string; readonly value: Buffer }

/** A control of which ldapts knows nothing. */
export function createControl(oid: string, value: Buffer, { isCritical = true } = {}): Control {
  return new PlainControl(oid, value, isCritical)
}

class PlainControl extends Control {
  readonly #value: Buffer

  constructor(oid: string, value: Buffer, isCritical: boolean) {
    super(oid, { critical: isCritical })
    this.#value = value
  }

  override writeControl(writer: BerWriter): void {
    writer.writeBuffer(this.#value, octetStringTag)
  }
}

const octetStringTag = 0x04
const controlsTag = 0xa0
const booleanTag = 0x01
const intermediateTag = 0x79
const nameTag = 0x80
const valueTag = 0x81

/** The controls of a message, and what it says if it is an intermediate one: ldapts reads neither. Throws on what is no message. */
export function readExtras(frame: Buffer): {
  readonly controls: readonly RawControl[]
  readonly intermediate: IntermediateMessage | undefined
} {
  const reader = new BerReader(frame)
  reader.readSequence()
  reader.readInt()
  const tag = reader.readSequence()
  const end = reader.offset + reader.length
  const intermediate = tag === intermediateTag ? readIntermediate(reader, end) : undefined
  reader.offset = end
  return { controls: reader.remain > 0 && reader.peek() === controlsTag ? readControls(reader) : [], intermediate }
}

function readIntermediate(reader: BerReader, end: number): IntermediateMessage {
  const name = reader.offset < end && reader.peek() === nameTag ? (reader.readString(nameTag) ?? '') : ''
  const value = reader.offset < end && reader.peek() === valueTag ? reader.readString(valueTag, true) : null
  return { name, value: value ?? Buffer.alloc(0) }
}

function readControls(reader: BerReader): readonly RawControl[] {
  reader.readSequence()
  const end = reader.offset + reader.length
  const controls: RawControl[] = []
  while (reader.offset < end) {
    reader.readSequence()
    const controlEnd = reader.offset + reader.length
    const oid = reader.readString() ?? ''
    if (reader.offset < controlEnd && reader.peek() === booleanTag) reader.readBoolean()
    const value = reader.offset < controlEnd ? reader.readString(octetStringTag, true) : null
    controls.push({ oid, value: value ?? Buffer.alloc(0) })
    reader.offset = controlEnd
  }
  return controls
}

/** A security identifier as people write it: `S-1-5-21-…-1104` (MS-DTYP §2.4.2). Undefined for what is none. */
export function printSecurityId(bytes: Buffer): string | undefined {
  const count = bytes[1] ?? 0
  if (bytes.length < 8 || bytes.length !== 8 + count * 4) return undefined
  const authority = bytes.readUIntBE(2, 6)
  const parts = Array.from({ length: count }, (_, at) => bytes.readUInt32LE(8 + at * 4))
  return ['S', bytes[0], authority, ...parts].join('-')
}

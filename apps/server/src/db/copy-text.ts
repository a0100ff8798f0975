const special = /[\\\n\r\t]/
const specials = /[\\\n\r\t]/g
const written: ReadonlyMap<string, string> = new Map([
  ['\\', String.raw`\\`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
])
/** How COPY writes null. */
export const nothing = String.raw`\N`

/** A value as COPY reads it in its text format (manual, COPY, "Text Format"). */
export function toCopyField(value: string | null): string {
  if (value === null) return nothing
  return special.test(value) ? value.replace(specials, (character) => written.get(character) ?? character) : value
}

/** The values of a line that {@link toCopyField} wrote, without its line feed. */
export function parseCopyLine(line: string): readonly (string | null)[] {
  return line.split('\t').map((field) => (field === nothing ? null : field.replace(/\\(.)/g, toCharacter)))
}

function toCharacter(_: string, letter: string): string {
  if (letter === 'n') return '\n'
  if (letter === 'r') return '\r'
  return letter === 't' ? '\t' : letter
}

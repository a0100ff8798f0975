const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
// East Asian wide and full-width blocks and emoji: two columns each.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/gu

/** What others sent must not steer the terminal: control characters become visible. */
export function printable(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  return [...text].length + (text.match(wide)?.length ?? 0)
}

/** A value as a cell: lists with commas, nothing for null, objects as JSON. */
export function toCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(toCell).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value of a record in one line; nothing where there is none. */
export function printValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

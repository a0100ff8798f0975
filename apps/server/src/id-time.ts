const timeDigits = 12
const timeMax = 2 ** 48 - 1

/** The moment in a UUIDv7, in milliseconds. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The least UUIDv7 of a moment in milliseconds. */
export function firstIdAt(ms: number): string {
  const hex = Math.min(Math.max(0, ms), timeMax).toString(16).padStart(timeDigits, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

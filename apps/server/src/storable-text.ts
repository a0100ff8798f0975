/** Anybody may send anything: PostgreSQL has room neither for U+0000 nor for half of a surrogate pair. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}

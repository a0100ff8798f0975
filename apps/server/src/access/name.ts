import { AccessError } from './access-error.ts'

const nameCharactersMax = 120
// Control characters and the marks that turn the direction of text have no place in a list of names.
const forbidden = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** A name that people read: trimmed, 1 to 120 characters. Throws `invalidName`. */
export function parseName(text: string): string {
  const name = text.trim()
  if (name.length > 0 && name.length <= nameCharactersMax && !forbidden.test(name)) return name
  const message = `A name has 1 to ${nameCharactersMax} characters and no control characters`
  throw new AccessError('invalidName', message, { field: 'name' })
}

import { AccessError } from './access-error.ts'

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, two of them its angle brackets. */
export const mailAddressCharactersMax = 254

const shape = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/

/** One plain address, which no header can be broken with. Throws `invalidEmail`. */
export function parseMailAddress(text: string, field: string): string {
  const address = text.trim()
  if (address.length <= mailAddressCharactersMax && shape.test(address)) return address
  throw new AccessError('invalidEmail', `${field} must be one mail address such as okta-sync@example.com`, { field })
}

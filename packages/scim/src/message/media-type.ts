import { scimError } from '../errors.ts'

/** The media type of every SCIM answer (RFC 7644 §8.1). */
export const scimMediaType = 'application/scim+json'

const bodyTypes: ReadonlySet<string> = new Set([scimMediaType, 'application/json', 'text/json'])

/**
 * Refuses a body whose Content-Type is not JSON in UTF-8, with `unsupportedMediaType` (RFC 7644 §3.1 and §3.8).
 * Without the header the body is taken for SCIM.
 */
export function assertBodyType(contentType: string | null): void {
  if (contentType === null || contentType === '' || bodyTypes.has(contentType)) return
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  if (type === undefined || !bodyTypes.has(type))
    throw scimError('unsupportedMediaType', `Content-Type "${type}" is not supported; send ${scimMediaType}`)
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=').map((part) => part.trim())
    if (name === 'charset' && !/^"?utf-?8"?$/.test(value))
      throw scimError('unsupportedMediaType', `charset ${value} is not supported; JSON is UTF-8 (RFC 8259 §8.1)`)
  }
}

const acceptable: ReadonlySet<string> = new Set([...bodyTypes, '*/*', 'application/*', 'text/*'])

/** Refuses an Accept header that nothing here matches, with `notAcceptable`; every answer is application/scim+json. */
export function assertAcceptable(accept: string | null): void {
  if (accept === null || accept === '' || acceptable.has(accept)) return
  const matches = accept.split(',').some((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    // GitHub's documented first check asks for "application/scim".
    const known = acceptable.has(type) || type === 'application/scim'
    return known && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter))
  })
  if (!matches) throw scimError('notAcceptable', `Nothing here matches "${accept}"; answers are ${scimMediaType}`)
}

import { formatTypeId } from '../type-id.ts'

/** Where shared signals are served. */
export const signalsPrefix = '/ssf'

/** Who issues the events of an organization: by its id, for a slug may change. */
export function issuerOf(baseUrl: string, organizationId: string): string {
  return `${baseUrl}${signalsPrefix}/${formatTypeId('org', organizationId)}`
}

/** Where the endpoints of an issuer are: those of an organization, or of the instance, where the key says which. */
export function signalsUrlOf(issuer: string): string {
  return /\/ssf\/org_[^/]+$/.test(issuer) ? issuer : issuer + signalsPrefix
}

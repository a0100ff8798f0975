import { formatTypeId } from '../type-id.ts'

/** Where the shared signals of organizations are served. */
export const signalsPrefix = '/ssf'

/** Who issues the events of an organization: by its id, for a slug may change. */
export function issuerOf(baseUrl: string, organizationId: string): string {
  return `${baseUrl}${signalsPrefix}/${formatTypeId('org', organizationId)}`
}

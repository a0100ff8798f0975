import type { Tolerance } from '../profile/leniencies.ts'
import type { ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'

/** The extension whose URN lacks its last colon in `lower`; undefined when none or when the profile refuses it. */
export function findMisspelt(
  lower: string,
  type: ResourceType,
  tolerance: Tolerance,
): ResourceTypeExtension | undefined {
  for (const [urn, extension] of type.extensions) {
    const colon = urn.lastIndexOf(':')
    if (lower === urn.slice(0, colon) + urn.slice(colon + 1))
      return tolerance.allows('misspeltSchema', lower) ? extension : undefined
  }
  return undefined
}

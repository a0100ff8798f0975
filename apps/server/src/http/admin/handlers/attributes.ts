import { listAttributes } from '../../../sources/attributes.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'

export const attributeHandlers: Handlers<'getAttributes'> = {
  getAttributes: async ({ parts, organization }) => {
    const attributes = await listAttributes(parts.database, organization.id)
    const data = attributes.map(({ writers, canonicalValues, ...attribute }) => ({
      ...attribute,
      canonicalValues: [...canonicalValues],
      writers: writers.map((writer) => ({ ...writer, sourceId: formatTypeId('src', writer.sourceId) })),
    }))
    return { body: { data } }
  },
}

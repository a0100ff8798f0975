import { z } from 'zod'
import { idOf } from './values.ts'

/** Who the key of a request is. */
export const whoami = z
  .object({
    kind: z.enum(['instance', 'key']),
    id: z.string(),
    organizationId: idOf('organization').nullable().describe('Null for a key of the whole instance'),
    scopes: z.array(z.string()),
  })
  .meta({ id: 'Whoami' })

export const errorEntry = z
  .object({
    code: z.string(),
    status: z.int(),
    type: z.url(),
    title: z.string(),
    cause: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'ErrorEntry' })

export const errorCatalogue = z.object({ data: z.array(errorEntry) }).meta({ id: 'ErrorCatalogue' })

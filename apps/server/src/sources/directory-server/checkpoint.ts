import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { z } from 'zod'
import { SourceError } from '../source-error.ts'
import type { DirectorySource } from './directory-source.ts'

const one = z.discriminatedUnion('kind', [
  /** Of each base, in the words of the server. */
  z.object({ kind: z.literal('sync'), cookies: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('dirSync'), base: z.string(), cookie: z.base64() }),
  /** Numbers of one copy of the database of one server mean nothing to another. */
  z.object({ kind: z.literal('usn'), invocationId: z.string(), after: z.string().regex(/^\d+$/) }),
  z.object({ kind: z.literal('time'), since: z.iso.datetime() }),
])

/** Where the next delta begins. */
export type Checkpoint = z.infer<typeof one>

/** Of people, and of groups where they are read as things of their own. */
export type Checkpoints = { readonly people: Checkpoint; readonly groups?: Checkpoint | undefined }

const both = z.intersection(one, z.object({ groups: one.optional() }))

export function toJson({ people, groups }: Checkpoints, { fingerprint }: DirectorySource): JsonObject {
  return { ...people, ...(groups !== undefined && { groups }), fingerprint }
}

/** Throws SourceError: of a read under other settings there is nothing to go on from. */
export function fromJson(stored: JsonObject, { fingerprint }: DirectorySource): Checkpoints {
  const { success, data } = both.safeParse(stored)
  if (success && isJsonObject(stored) && stored['fingerprint'] === fingerprint)
    return { people: data, groups: data.groups }
  throw new SourceError('checkpointLost', 'What is read was changed in the settings since the last read')
}

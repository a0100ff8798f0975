import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { z } from 'zod'
import { SourceError } from '../source-error.ts'
import type { DirectorySource } from './directory-source.ts'

const checkpoint = z.discriminatedUnion('kind', [
  /** Of each base, in the words of the server. */
  z.object({ kind: z.literal('sync'), cookies: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('dirSync'), base: z.string(), cookie: z.base64() }),
  /** Numbers of one copy of the database of one server mean nothing to another. */
  z.object({ kind: z.literal('usn'), invocationId: z.string(), after: z.string().regex(/^\d+$/) }),
  z.object({ kind: z.literal('time'), since: z.iso.datetime() }),
])

/** Where the next delta begins. */
export type Checkpoint = z.infer<typeof checkpoint>

export function toJson(given: Checkpoint, { fingerprint }: DirectorySource): JsonObject {
  return { ...given, fingerprint }
}

/** Throws SourceError: of a read under other settings there is nothing to go on from. */
export function fromJson(stored: JsonObject, { fingerprint }: DirectorySource): Checkpoint {
  const { success, data } = checkpoint.safeParse(stored)
  if (success && isJsonObject(stored) && stored['fingerprint'] === fingerprint) return data
  throw new SourceError('checkpointLost', 'What is read was changed in the settings since the last read')
}

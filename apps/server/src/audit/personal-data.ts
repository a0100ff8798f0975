import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { PersonName } from '../db/queries/audit-names.ts'

/** How identity providers and people know somebody: GitHub calls it the external identity. */
export function toIdentity(person: PersonName | undefined, data: JsonObject = {}): JsonObject {
  const document = person === undefined ? {} : parseObject(person.document)
  const named = isJsonObject(data['external']) ? data['external'] : data
  return withoutAbsent({
    userName: document['userName'],
    externalId: person?.external_id,
    nameId: named['nameId'],
    subject: named['subject'],
    login: person?.login,
    displayName: person?.display,
    email: mainEmail(document['emails']),
  })
}

/** Texts by which somebody looks for a person. */
export function namesOf(identity: JsonObject): readonly string[] {
  return Object.values(identity).filter((value) => typeof value === 'string')
}

/** What a SCIM body says of a person; nothing when it is none, or was cut. */
export function identityOfBody(body: string | null): JsonObject {
  if (body === null || !body.startsWith('{')) return {}
  const { userName, externalId, emails } = parseObject(body)
  return withoutAbsent({
    userName: typeof userName === 'string' ? userName : undefined,
    externalId: typeof externalId === 'string' ? externalId : undefined,
    email: mainEmail(emails),
  })
}

/** The same object without members that are undefined or null. */
export function withoutAbsent(object: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject // What is put in is JSON.
}

export function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

function mainEmail(emails: unknown): unknown {
  if (!Array.isArray(emails)) return undefined
  const objects = emails.filter((email) => isJsonObject(email))
  return (objects.find((email) => email['primary'] === true) ?? objects[0])?.['value']
}

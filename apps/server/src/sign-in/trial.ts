import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { isSignInTestOpen } from '../db/queries/sign-in-tests.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'
import { toStorable } from '../storable-text.ts'
import type { ExternalPerson } from './external-person.ts'
import type { LinkOutcome } from './link-person.ts'

const minuteMs = 60_000
/** `open`: so long the browser may be away; `kept`: so long what came of it can be looked at; `counts`: so long it allows to enforce. */
export const signInTestMs = { open: 15 * minuteMs, kept: 24 * 60 * minuteMs, counts: 60 * minuteMs } as const

/** So many attributes are told about, so many values of one, and so much of a value. */
const attributesMax = 100
const textCharactersMax = 1_000

/** What an administrator sees of a sign-in that he tries. It is told by the sign-in itself, so that it cannot say otherwise. */
export type Trial = {
  readonly id: string
  receive(person: ExternalPerson): void
  link(outcome: LinkOutcome): void
  explain(detail: string): void
  readonly told: Told
}

export type Told = {
  readonly received: JsonObject | null
  readonly userId: string | null
  readonly createsAccount: boolean
  readonly detail: string | null
}

const pathShape = /^\/sign-in-test\/(sit_\w+)$/

/** Where a sign-in that is tried wants to go: nowhere, but it is how it is known when it comes back. */
export function toTestPath(id: string): string {
  return `/sign-in-test/${formatTypeId('sit', id)}`
}

/** The trial that a sign-in belongs to; undefined: it is a sign-in. Of one that is over nothing is left, and nobody is signed in. */
export async function openTrial(
  db: Queryable,
  { organizationId, id: providerId }: { readonly organizationId: string; readonly id: string },
  { next, now }: { readonly next: string | undefined; readonly now: Date },
): Promise<Trial | 'over' | undefined> {
  const [, typeId] = pathShape.exec(next ?? '') ?? []
  if (typeId === undefined) return undefined
  const id = parseTypeId('sit', typeId)
  const isOpen = id !== undefined && (await isSignInTestOpen(db, { organizationId, providerId }, { id, now }))
  return isOpen ? createTrial(id) : 'over'
}

function createTrial(id: string): Trial {
  let told: Told = { received: null, userId: null, createsAccount: false, detail: null }
  return {
    id,
    receive: (person) => {
      told = { ...told, received: describe(person) }
    },
    link: (outcome) => {
      const createsAccount = outcome.kind === 'linked' && outcome.isNew
      told = { ...told, userId: createsAccount ? null : (outcome.userId ?? null), createsAccount }
    },
    explain: (detail) => {
      told = { ...told, detail: toStorable(detail.slice(0, textCharactersMax)) }
    },
    get told() {
      return told
    },
  }
}

function describe(person: ExternalPerson): JsonObject {
  const { subject, subjectFormat = null, externalId, userName, givenName, familyName, displayName, email } = person
  const values = {
    userName: userName.value,
    externalId: externalId?.value,
    givenName,
    familyName,
    displayName,
    email,
  }
  const { origins } = person
  const fields = Object.entries(values).map(([field, value = null]) => {
    const from = new Map(Object.entries(origins)).get(field) ?? null
    return { field, from, value }
  })
  const attributes = [...person.attributes].slice(0, attributesMax).map(([name, all]) => ({
    name,
    values: all.slice(0, attributesMax),
    uses: fields.filter(({ from, value }) => from === name && value !== null).map(({ field }) => field),
  }))
  const found = { subjectFormat, fields: [{ field: 'subject', from: null, value: subject }, ...fields], attributes }
  const stored: unknown = JSON.parse(JSON.stringify(found), (_, value: unknown) =>
    typeof value === 'string' ? toStorable(value.slice(0, textCharactersMax)) : value,
  )
  return isJsonObject(stored) ? stored : {}
}

import { isJsonObject, type Json, type JsonObject, normaliseResource, strictTolerance } from '@rollcall/scim'
import type { TargetValue } from '@rollcall/expressions'
import { indexedCharactersMax, refuseOverlong } from '../../directory/resource-values.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { type PersonDraft, type Place, readAt, setAt } from '../rules/place.ts'
import type { Mapped, MappedValues } from './mapped.ts'

/** What a person becomes by what a record says of him. */
export type Composition = {
  readonly mapped: Pick<Mapped, 'values' | 'onCreate' | 'ifEmpty'>
  /** SCIM ids of those whom the record names, by attribute. */
  readonly references: { readonly [target: string]: string }
  /** Of somebody new, where it was generated. */
  readonly userName?: string | undefined
  /** What the owner calls the person, where no mapping says it; undefined: he is not the owner. */
  readonly externalId: string | undefined
  /** What was stored; undefined: somebody new. */
  readonly current: JsonObject | undefined
}

/** The person's attributes afterwards; throws ScimError for a value that the schema refuses. */
export function composePerson(rules: CompiledSourceRules, composition: Composition): JsonObject {
  const { mapped, references, userName, externalId, current } = composition
  const draft: PersonDraft = { ...current }
  const write = (values: MappedValues, isWanted: (place: Place, target: string) => boolean): void => {
    for (const [target, value] of Object.entries(values)) {
      const place = rules.placeOf(target)
      if (place !== undefined && isWanted(place, target)) setAt(draft, place, toJson(value, place))
    }
  }
  write(mapped.values, () => true)
  write(references, () => true)
  if (current === undefined) write(mapped.onCreate ?? {}, (_, target) => !isGiven(mapped.values[target]))
  write(mapped.ifEmpty ?? {}, (place) => readAt(draft, place) === undefined)
  if (userName !== undefined) draft['userName'] = userName
  const isNamed = draft['externalId'] !== undefined || rules.mappings.some(({ target }) => target === 'externalId')
  if (externalId !== undefined && externalId.length <= indexedCharactersMax && !isNamed)
    draft['externalId'] = externalId
  const { attributes } = normaliseResource(withSchemas(draft, rules), rules.type, {
    tolerance: strictTolerance,
    ...(current !== undefined && { current }),
  })
  // Now, for the plan has indexes too.
  refuseOverlong(attributes, rules.type, 'users')
  return attributes
}

function isGiven(value: TargetValue | undefined): boolean {
  return value !== undefined && value !== null
}

// A list is a list whatever the value: what stands alone is its only element.
function toJson(value: TargetValue, { attribute, element, sub }: Place): Json {
  const isList = attribute.multiValued && element === undefined && sub === undefined
  return isList && value !== null && !Array.isArray(value) ? [value] : value
}

function withSchemas(draft: PersonDraft, { type }: CompiledSourceRules): JsonObject {
  const extensions = [...type.extensions.values()].map(({ schema }) => schema.id)
  return { ...draft, schemas: [type.schema.id, ...extensions.filter((id) => isJsonObject(draft[id]))] }
}

import {
  createRegistry,
  findAttribute,
  findResourceType,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@rollcall/scim'
import { type Client, pr, type ResourceClient, ScimClientError } from '@rollcall/scim/client'
import type { ObjectKind } from '../../object.ts'
import type { Compared, Comparer, Outcome } from '../target.ts'
import { type AttributePlace, PlaceError, printAttribute } from './attribute-place.ts'
import { classify } from './classify.ts'
import { foldText, valuesAt } from './draft-resource.ts'
import { firstPosition } from './list-pages.ts'
import type { TargetProfile } from './profile.ts'

type Context = {
  readonly client: Pick<Client, 'listSchemas'>
  readonly accounts: ResourceClient<JsonObject>
  readonly profile: TargetProfile
  readonly toPlace: (path: string) => AttributePlace
}

/**
 * Compares as the app's own schemas say, or RFC 7643 where it says nothing. What differs in no more than case is equal for
 * certain only where case does not count, and only in ASCII: of the rest of Unicode every server has an opinion of its own.
 */
export async function openScimComparer(context: Context, kind: ObjectKind): Promise<Comparer> {
  const { accounts, profile, toPlace } = context
  const schemas = await readSchemas(context.client)
  const isFolded = (place: AttributePlace): boolean =>
    !profile.isCaseExact && (isCaseExact(schemas, place, kind) ?? isCaseExactByRfc(place, kind)) === false
  const places = new Map<string, Place | undefined>()
  const findPlace = (attribute: string): Place | undefined => {
    if (!places.has(attribute)) places.set(attribute, toKnownPlace(attribute, toPlace, isFolded))
    return places.get(attribute)
  }
  return {
    compareAccount: (attribute, resource) => {
      const found = findPlace(attribute)
      if (found === undefined) return []
      return valuesAt(resource, found.place).flatMap((value) => toCompared(value, found.isFolded) ?? [])
    },
    compareValue: (attribute, value) => {
      const found = findPlace(attribute)
      return found && toCompared(value, found.isFolded)
    },
    isHeld: async (attribute, signal): Promise<Outcome<boolean>> => {
      try {
        const query = {
          filter: pr(printAttribute(toPlace(attribute))),
          count: 1,
          ...(signal !== undefined && { signal }),
        }
        const page = await accounts.page(query, firstPosition(profile))
        return { kind: 'done', status: 200, value: page.resources.length > 0 || (page.totalResults ?? 0) > 0 }
      } catch (error) {
        return classify(error, { kind: 'search', isRead: true, attributes: [attribute] })
      }
    },
  }
}

type Place = { readonly place: AttributePlace; readonly isFolded: boolean }

/** Undefined: it is no path that values are found at. */
function toKnownPlace(
  attribute: string,
  toPlace: Context['toPlace'],
  isFolded: (place: AttributePlace) => boolean,
): Place | undefined {
  try {
    const place = toPlace(attribute)
    return { place, isFolded: isFolded(place) }
  } catch (error) {
    if (error instanceof PlaceError) return undefined
    throw error
  }
}

function toCompared(value: unknown, isFolded: boolean): Compared | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const key = foldText(value)
  const isPlain = isFolded && typeof value === 'string' && isAscii(value)
  return { key, written: isPlain ? `~${key}` : JSON.stringify(value) }
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

async function readSchemas({ listSchemas }: Context['client']): Promise<readonly JsonObject[]> {
  try {
    return await listSchemas()
  } catch (error) {
    if (error instanceof ScimClientError) return []
    throw error
  }
}

const coreSchemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:user',
  team: 'urn:ietf:params:scim:schemas:core:2.0:group',
} as const

/** Undefined: the app does not say. */
function isCaseExact(schemas: readonly JsonObject[], place: AttributePlace, kind: ObjectKind): boolean | undefined {
  const urn = place.schema?.toLowerCase() ?? coreSchemas[kind]
  const schema = schemas.find(({ id }) => typeof id === 'string' && id.toLowerCase() === urn)
  const attribute = findNamed(schema?.['attributes'], place.attribute)
  const inner =
    attribute?.['type'] === 'complex' ? findNamed(attribute['subAttributes'], place.sub ?? 'value') : attribute
  const said = inner?.['caseExact']
  return typeof said === 'boolean' ? said : undefined
}

function findNamed(attributes: Json | undefined, name: string): JsonObject | undefined {
  if (!Array.isArray(attributes)) return undefined
  const wanted = name.toLowerCase()
  return attributes
    .filter(isJsonObject)
    .find((attribute) => typeof attribute['name'] === 'string' && attribute['name'].toLowerCase() === wanted)
}

const registry = createRegistry()

function isCaseExactByRfc({ schema, attribute, sub }: AttributePlace, kind: ObjectKind): boolean | undefined {
  const type = findResourceType(registry, kind === 'user' ? 'User' : 'Group')
  const found = type && findAttribute(type, { schema, attribute, subAttribute: undefined })?.attribute
  if (found === undefined) return undefined
  if (found.type !== 'complex') return found.caseExact
  return found.subAttributes.find(({ name }) => name.toLowerCase() === (sub ?? 'value').toLowerCase())?.caseExact
}

import { scimError } from '../errors.ts'
import { foldCase } from '../fold.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import { groupSchema } from '../schema/group.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import type { MemberInput } from './draft.ts'
import { isUnassigned } from './is-unassigned.ts'
import { normaliseElement } from './normalise-value.ts'
import { wrongType } from './scalar.ts'
import { type ValueContext } from './value-context.ts'

/** The attribute whose values are memberships and not part of the document: `members` of the core Group. */
export function findMembersAttribute(type: ResourceType): Attribute | undefined {
  return type.schema.id === groupSchema.id ? type.attributes.get('members') : undefined
}

/**
 * The members that a client names (RFC 7643 §4.2), each once: ids compare without regard to case.
 * An element with only a `$ref` names the last segment of that path. Throws `invalidValue` when nobody is named.
 */
export function parseMembers(value: unknown, attribute: Attribute, context: ValueContext): readonly MemberInput[] {
  if (isUnassigned(value) || (value === '' && context.tolerance.allows('emptyText', attribute.name))) return []
  const members = new Map<string, MemberInput>()
  for (const item of toItems(value, attribute, context)) {
    const member = parseMember(item, attribute, context)
    const key = foldCase(member.value)
    if (!members.has(key)) members.set(key, member)
  }
  return [...members.values()]
}

function toItems(value: unknown, attribute: Attribute, context: ValueContext): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (context.tolerance.allows('singleForMultiple', attribute.name)) return [value]
  throw wrongType(attribute.name, 'a list')
}

function parseMember(item: unknown, attribute: Attribute, context: ValueContext): MemberInput {
  const { name } = attribute
  // `display` is readOnly, but the PATCH examples of RFC 7644 §3.5.2.1 carry it: what the provider fills in is passed over.
  const element = normaliseElement(attribute, item, name, { ...context, source: 'body' })
  if (!isJsonObject(element)) throw scimError('invalidValue', `an element of "${name}" names nobody`)
  const reference = typeof element['$ref'] === 'string' ? toReference(element['$ref']) : undefined
  const given = element['value']
  const value = typeof given === 'string' && given.trim() !== '' ? given : reference?.value
  if (value === undefined) throw scimError('invalidValue', `an element of "${name}" has neither "value" nor "$ref"`)
  return { value, type: readType(element) ?? reference?.type }
}

function readType(element: JsonObject): MemberInput['type'] {
  const type = typeof element['type'] === 'string' ? element['type'].toLowerCase() : undefined
  if (type === 'user') return 'User'
  return type === 'group' ? 'Group' : undefined
}

/** The id and kind that a URI such as `https://example.com/v2/Users/2819c223` names; undefined when it names none. */
function toReference(uri: string): MemberInput | undefined {
  const segments = (uri.split(/[?#]/, 1)[0] ?? '').split('/')
  if (segments.at(-1) === '') segments.pop()
  const last = segments.at(-1)
  if (last === undefined || last === '') return undefined
  const kind = segments.at(-2)
  return { value: decode(last), type: kind === 'Users' ? 'User' : kind === 'Groups' ? 'Group' : undefined }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

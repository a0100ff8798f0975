import { scimError } from '../errors.ts'
import { printAttributePath } from '../path/attribute-path.ts'
import { findWholeExtension, resolveAttribute } from '../path/resolve-attribute.ts'
import type { Tolerance } from '../profile/leniencies.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findSubAttribute } from '../schema/registry.ts'
import type { AttributeRef, ResourceType, ResourceTypeExtension } from '../schema/resource-type.ts'
import type { AttributePath, BoundElementFilter, BoundFilter, Filter } from './ast.ts'
import { type BindContext, bindValue } from './bind-value.ts'
import { quoteShortly } from './scanner.ts'

/** How a filter is bound to a resource type. */
export type BindFilterOptions = {
  readonly tolerance?: Tolerance
  /**
   * `nothing`: a name that the type lacks counts as an attribute without a value, as in a search over several types
   * (RFC 7644 §3.4.2.1). Default: `refuse`.
   */
  readonly unknownAttributes?: 'refuse' | 'nothing'
}

/**
 * Resolves the names of a filter and checks its values for one resource type.
 *
 * A complex attribute without a sub-attribute means its `value`; `eq null` means not present.
 * Throws `invalidFilter` for unknown names, for operators and values that do not fit the attribute's type, and for
 * attributes that are never returned, since a filter would tell what the answer hides (RFC 7644 §7.5.2).
 *
 * @example
 * ```ts
 * import { bindFilter, createRegistry, findResourceType, matchFilter, parseFilter } from '@rollcall/scim'
 *
 * const user = findResourceType(createRegistry(), 'User')
 * if (user !== undefined) {
 *   const filter = bindFilter(parseFilter('emails[type eq "work" and value ew "@example.com"]'), user)
 *   console.log(matchFilter(filter, { emails: [{ type: 'WORK', value: 'b@Example.com' }] })) // true
 * }
 * ```
 */
export function bindFilter(filter: Filter, type: ResourceType, options: BindFilterOptions = {}): BoundFilter {
  return bindNode(filter, {
    type,
    code: 'invalidFilter',
    tolerance: options.tolerance,
    isUnknownNothing: options.unknownAttributes === 'nothing',
  })
}

/**
 * Resolves the conditions within brackets: names are sub-attributes of `ref.attribute`; for a simple multi-valued
 * attribute the one name is `value`. Throws `invalidFilter` like {@link bindFilter}.
 *
 * @example
 * ```ts
 * import { bindElementFilter, createRegistry, findAttribute, findResourceType, matchElement, parseFilter } from '@rollcall/scim'
 *
 * const group = findResourceType(createRegistry(), 'Group')
 * const members = group && findAttribute(group, { schema: undefined, attribute: 'members', subAttribute: undefined })
 * if (members !== undefined) {
 *   const filter = bindElementFilter(parseFilter('type eq "user"'), members)
 *   console.log(matchElement(filter, { value: '2819c223', type: 'User' })) // true
 * }
 * ```
 */
export function bindElementFilter(
  filter: Filter,
  ref: AttributeRef,
  options: { readonly tolerance?: Tolerance } = {},
): BoundElementFilter {
  return bindElementConditions(filter, ref, { code: 'invalidFilter', tolerance: options.tolerance })
}

/** Like {@link bindElementFilter}, with the code of the error given. */
export function bindElementConditions(filter: Filter, ref: AttributeRef, context: BindContext): BoundElementFilter {
  switch (filter.kind) {
    case 'compare':
      return bindElementCompare(filter, ref, context)
    case 'present':
      return { kind: 'present', attribute: getElementAttribute(filter.path, ref, context) }
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((part) => bindElementConditions(part, ref, context)) }
    case 'not':
      return { kind: 'not', filter: bindElementConditions(filter.filter, ref, context) }
    case 'valuePath':
      throw scimError(context.code, 'Brackets within brackets are not part of the grammar')
    default:
      return filter satisfies never
  }
}

type FilterContext = BindContext & { readonly type: ResourceType; readonly isUnknownNothing: boolean }
type CompareNode = Extract<Filter, { kind: 'compare' }>
type ValuePathNode = Extract<Filter, { kind: 'valuePath' }>

function bindNode(filter: Filter, context: FilterContext): BoundFilter {
  switch (filter.kind) {
    case 'compare':
      return bindCompare(filter, context)
    case 'present':
      return bindPresent(filter.path, context)
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((part) => bindNode(part, context)) }
    case 'not':
      return { kind: 'not', filter: bindNode(filter.filter, context) }
    case 'valuePath':
      return bindValuePath(filter, context)
    default:
      return filter satisfies never
  }
}

function bindCompare(filter: CompareNode, context: FilterContext): BoundFilter {
  const { operator, value, position } = filter
  const ref = findRef(filter.path, context)
  if (ref === undefined) return bindMissing(filter)
  if (value === null) {
    checkNull(filter, context)
    const present: BoundFilter = { kind: 'present', ref }
    return operator === 'ne' ? present : { kind: 'not', filter: present }
  }
  const target = toValueRef(ref, context)
  const attribute = target.subAttribute ?? target.attribute
  return { kind: 'compare', ref: target, operator, value: bindValue({ attribute, operator, value, position }, context) }
}

// RFC 7644 §3.4.2.1: an attribute that the type lacks has no value, so `ne "x"` and `eq null` hold.
function bindMissing({ operator, value }: CompareNode): BoundFilter {
  const holds = value === null ? operator === 'eq' : operator === 'ne'
  return holds ? { kind: 'not', filter: { kind: 'nothing' } } : { kind: 'nothing' }
}

function bindPresent(path: AttributePath, context: FilterContext): BoundFilter {
  const extension = findWholeExtension(path, context.type)
  if (extension !== undefined) return bindExtensionPresent(extension)
  const ref = findRef(path, context)
  return ref === undefined ? { kind: 'nothing' } : { kind: 'present', ref }
}

// An extension is present when one of its attributes is.
function bindExtensionPresent(extension: ResourceTypeExtension): BoundFilter {
  const filters = [...extension.attributes.values()]
    .filter((attribute) => attribute.returned !== 'never')
    .map((attribute): BoundFilter => {
      return { kind: 'present', ref: { schema: extension.schema.id, attribute, subAttribute: undefined } }
    })
  return filters.length === 0 ? { kind: 'nothing' } : { kind: 'or', filters }
}

function bindValuePath(filter: ValuePathNode, context: FilterContext): BoundFilter {
  const ref = findRef(filter.path, context)
  if (ref === undefined) return { kind: 'nothing' }
  const { attribute, subAttribute } = ref
  if (subAttribute !== undefined || (attribute.type !== 'complex' && !attribute.multiValued))
    throw scimError(context.code, `${printAttributePath(filter.path)} has no elements that brackets could filter`)
  return { kind: 'element', ref, filter: bindElementConditions(filter.filter, ref, context) }
}

function findRef(path: AttributePath, context: FilterContext): AttributeRef | undefined {
  const ref = resolveAttribute(path, context.type, context.tolerance)
  if (ref === undefined && context.isUnknownNothing) return undefined
  if (ref === undefined) throw unknown(`${context.type.name} has no attribute`, path, context)
  checkReturned(ref.attribute, context)
  if (ref.subAttribute !== undefined) checkReturned(ref.subAttribute, context)
  return ref
}

// RFC 7644 figure 2 compares `emails co "…"`, which can only mean the value of each (TRAP-B7).
function toValueRef(ref: AttributeRef, context: BindContext): AttributeRef {
  if (ref.subAttribute !== undefined || ref.attribute.type !== 'complex') return ref
  const subAttribute = findSubAttribute(ref.attribute, 'value')
  if (subAttribute === undefined)
    throw scimError(context.code, `${ref.attribute.name} is complex; name one of its sub-attributes`)
  checkReturned(subAttribute, context)
  return { ...ref, subAttribute }
}

function bindElementCompare(filter: CompareNode, ref: AttributeRef, context: BindContext): BoundElementFilter {
  const { operator, value, position } = filter
  const attribute = getElementAttribute(filter.path, ref, context)
  if (value === null) {
    checkNull(filter, context)
    const present: BoundElementFilter = { kind: 'present', attribute }
    return operator === 'ne' ? present : { kind: 'not', filter: present }
  }
  return { kind: 'compare', attribute, operator, value: bindValue({ attribute, operator, value, position }, context) }
}

function getElementAttribute(path: AttributePath, ref: AttributeRef, context: BindContext): Attribute {
  const { attribute } = ref
  const isPlain = path.schema === undefined && path.subAttribute === undefined
  const isElementItself = attribute.type !== 'complex' && path.attribute.toLowerCase() === 'value'
  const found = isElementItself ? attribute : findSubAttribute(attribute, path.attribute)
  if (!isPlain || found === undefined) throw unknown(`${attribute.name} has no sub-attribute`, path, context)
  checkReturned(found, context)
  return found
}

// RFC 7644 §7.5.2 and RFC 7643 §2.2: comparing a value that is never returned would reveal it.
function checkReturned(attribute: Attribute, context: BindContext): void {
  if (attribute.returned === 'never')
    throw scimError(context.code, `${attribute.name} is never returned and cannot be filtered`)
}

function checkNull({ operator }: CompareNode, context: BindContext): void {
  if (operator !== 'eq' && operator !== 'ne')
    throw scimError(context.code, `null can be compared by "eq" and "ne" only, not by "${operator}"`)
}

function unknown(owner: string, path: AttributePath, context: BindContext): Error {
  const position = path.position
  return scimError(context.code, `${owner} ${quoteShortly(printAttributePath(path))}`, { position })
}

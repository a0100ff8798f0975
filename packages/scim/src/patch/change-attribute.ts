import { scimError } from '../errors.ts'
import type { BoundElementFilter, Filter } from '../filter/ast.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts'
import { checkImmutable } from '../resource/immutable.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { normaliseValue } from '../resource/normalise-value.ts'
import type { ValueContext } from '../resource/value-context.ts'
import type { Attribute } from '../schema/attribute.ts'
import { addElements, changeElements, replaceElements } from './change-elements.ts'
import { mergeComplex, withSubAttribute } from './complex-value.ts'
import { isListed, parseListed, withoutListed } from './listed-values.ts'

/** One change of one attribute; `before` is its value now. Nothing in it is ever mutated. */
export type AttributeEdit = {
  readonly op: 'add' | 'remove' | 'replace'
  readonly attribute: Attribute
  readonly subAttribute: Attribute | undefined
  readonly filter: BoundElementFilter | undefined
  /** The filter as it was written; new elements are made from it. */
  readonly written: Filter | undefined
  readonly value: unknown
  readonly before: Json | undefined
  /** The name for messages. */
  readonly at: string
  readonly context: ValueContext
}

/**
 * The value of an attribute after one operation (RFC 7644 §3.5.2.1 to §3.5.2.3); undefined: unassigned.
 * Gives `before` itself back when the operation changes nothing.
 */
export function changeAttribute(edit: AttributeEdit): Json | undefined {
  const { attribute, subAttribute, before, at } = edit
  const after =
    subAttribute !== undefined && !attribute.multiValued
      ? changeSubAttribute(edit, subAttribute, before)
      : attribute.multiValued
        ? changeList(edit)
        : changeSingle(edit)
  // Elements of a list come and go; each checks for itself what is immutable in it.
  if (!attribute.multiValued || attribute.mutability === 'immutable') checkImmutable(attribute, before, after, at)
  return isUnassigned(after) ? undefined : after
}

function changeSingle(edit: AttributeEdit): Json | undefined {
  const { op, attribute, value, before, at, context } = edit
  if (op === 'remove') return removeSingle(edit)
  if (attribute.type !== 'complex') return normaliseValue(attribute, value, at, context)
  const isMerged = op === 'add' || context.tolerance.replaceComplex === 'merge'
  return mergeComplex(attribute, isMerged ? before : undefined, value, { at, context })
}

// RFC 7644 §3.5.2.2 knows no value for remove; one that is given says what to remove (TRAP-D22).
function removeSingle({ attribute, value, before, at, context }: AttributeEdit): Json | undefined {
  if (isUnassigned(value) || before === undefined) return undefined
  if (value === '' && context.tolerance.allows('emptyText', at)) return undefined
  const listed = parseListed(attribute, value, at, context)
  return isListed(attribute, before, listed) ? undefined : before
}

function changeList(edit: AttributeEdit): Json | undefined {
  const { op, attribute, subAttribute, filter, value, at, context } = edit
  const before = toElements(edit.before)
  const after =
    filter !== undefined || subAttribute !== undefined
      ? changeElements(edit, before, changeSubAttribute)
      : op === 'add'
        ? addElements(attribute, before, value, { at, context })
        : op === 'replace'
          ? replaceElements(attribute, value, { at, context })
          : value === undefined || value === null
            ? []
            : withoutListed(attribute, before, parseListed(attribute, value, at, context))
  return after === before ? edit.before : after
}

/** A complex value, or an element of a list, after an operation on one of its sub-attributes. */
function changeSubAttribute(edit: AttributeEdit, sub: Attribute, owner: Json | undefined): Json | undefined {
  const { attribute, op } = edit
  const at = `${edit.at}.${sub.name}`
  if (sub.mutability === 'readOnly') throw scimError('mutability', `"${at}" is readOnly`)
  const before: JsonObject = isJsonObject(owner) ? owner : {}
  if (op === 'remove' && sub.required) throw scimError('mutability', `"${at}" is required`)
  const changed = changeAttribute({
    ...edit,
    attribute: sub,
    subAttribute: undefined,
    filter: undefined,
    written: undefined,
    before: before[sub.name],
    at,
  })
  if (changed === before[sub.name]) return owner
  const after = withSubAttribute(attribute, before, sub, changed)
  return isUnassigned(after) ? undefined : after
}

function toElements(value: Json | undefined): readonly Json[] {
  if (isJsonArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}

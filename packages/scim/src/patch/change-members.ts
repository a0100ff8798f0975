import { scimError } from '../errors.ts'
import type { Filter } from '../filter/ast.ts'
import { isUnassigned } from '../resource/is-unassigned.ts'
import { parseMembers } from '../resource/members.ts'
import { type AttributeOperation, type PatchState } from './patch-state.ts'
import { memberFilterCost } from './work-meter.ts'

/**
 * Compiles one operation on the members of a group to steps, without looking at who is in it (RFC 7644 §3.5.2).
 *
 * Throws `mutability` for anything that would change a member in place: every sub-attribute of `members` is immutable
 * (RFC 7643 §4.2).
 */
export function changeMembers(state: PatchState, operation: AttributeOperation): void {
  const { ref, filter, op } = operation
  if (ref.subAttribute !== undefined)
    throw scimError('mutability', `"members.${ref.subAttribute.name}" is immutable; remove the member and add another`)
  if (filter === undefined) return changeAll(state, operation)
  if (op !== 'remove') return changeSelected(state, operation)
  const values = operation.written === undefined ? undefined : listValues(operation.written)
  const isNarrowed = !isUnassigned(operation.value)
  if (isNarrowed && !state.context.tolerance.allows('removeWithValue', 'members'))
    throw scimError('invalidSyntax', 'remove takes no value when its path selects members')
  if (values === undefined) {
    if (isNarrowed) throw scimError('invalidSyntax', 'remove takes either a filter or a value to select members')
    state.work.spend(memberFilterCost)
    state.members?.removeWhere(filter)
  } else state.members?.remove(values)
}

function changeAll(state: PatchState, { op, ref, value }: AttributeOperation): void {
  const { context, members } = state
  switch (op) {
    case 'add':
      return members?.add(parseMembers(value, ref.attribute, context))
    case 'replace':
      return members?.replace(parseMembers(value, ref.attribute, context))
    case 'remove':
      // RFC 7644 §3.5.2.2: no filter removes all; a value says which (TRAP-D22).
      if (value === undefined || value === null) return members?.replace([])
      if (!context.tolerance.allows('removeWithValue', 'members'))
        throw scimError('invalidSyntax', 'remove takes no value; name the members by a filter in the path')
      return members?.remove(parseMembers(value, ref.attribute, context).map((member) => member.value))
    default:
      return op satisfies never
  }
}

/** `add` on `members[value eq "x"]` says that x is a member; anything else would change one in place. */
function changeSelected(state: PatchState, { op, ref, value, written }: AttributeOperation): void {
  const values = written === undefined ? undefined : listValues(written)
  const [only] = values ?? []
  if (op === 'add' && only !== undefined && values?.length === 1) {
    const named = isUnassigned(value) ? [] : parseMembers([value], ref.attribute, state.context)
    if (named.every((member) => member.value === only)) {
      state.members?.add([named[0] ?? { value: only, type: undefined }])
      return
    }
  }
  throw scimError('mutability', 'a member is immutable; remove it and add another')
}

/** The ids that a filter of `value eq "…"` terms joined by `or` names; undefined for any other filter. */
function listValues(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    const isValue = filter.operator === 'eq' && filter.path.attribute.toLowerCase() === 'value'
    return isValue && typeof filter.value === 'string' ? [filter.value] : undefined
  }
  if (filter.kind !== 'or') return undefined
  const lists = filter.filters.map(listValues)
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined
}

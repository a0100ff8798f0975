import { parseNumeric } from '../value/number.ts'
import { toText } from '../value/text.ts'
import { type ComplexValue, isComplex, isList, type Value } from '../value/value.ts'
import { readList } from './arguments.ts'
import type { Call, FunctionDefinition } from './definition.ts'
import { exactly } from './text.ts'

const parameters = [{ name: 'appRoleAssignments' }]

/** Roles of applications. Two of them say how the target's list is to be written: see `roles` of an evaluation. */
export const roleFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SingleAppRoleAssignment',
    summary: 'The one role; of several the first by priority, then by value.',
    parameters,
    ...exactly(1),
    result: 'text',
    evaluate: (call) => readRoles(call).sort(byPriority)[0]?.value ?? null,
  },
  {
    name: 'AppRoleAssignments',
    summary: 'The values of the roles, as a list.',
    parameters,
    ...exactly(1),
    result: 'list',
    evaluate(call) {
      const values = readRoles(call).map(({ value }) => value)
      return values.length === 0 ? null : values
    },
  },
  {
    name: 'AppRoleAssignmentsComplex',
    summary: 'The roles as complex values, added to those of the target.',
    parameters,
    ...exactly(1),
    result: 'complexList',
    evaluate(call) {
      call.surroundings.markRoles('add')
      const roles = readRoles(call).map(toComplex)
      return roles.length === 0 ? null : roles
    },
  },
  {
    name: 'AssertiveAppRoleAssignmentsComplex',
    summary: 'The roles as complex values, in place of those of the target: a role removed here disappears there.',
    parameters,
    ...exactly(1),
    result: 'complexList',
    evaluate(call) {
      call.surroundings.markRoles('replace')
      return readRoles(call).map(toComplex)
    },
  },
  {
    name: 'DefaultDomain',
    summary: 'The default domain of the organization.',
    parameters: [],
    ...exactly(0),
    result: 'text',
    evaluate: (call) => call.surroundings.defaultDomain(),
  },
]

type Role = { readonly value: string; readonly display: string; readonly priority: number }

function readRoles(call: Call): Role[] {
  return readList(call, 0).flatMap((item) => toRole(item) ?? [])
}

function toRole(item: Value): Role | undefined {
  if (!isComplex(item))
    return typeof item === 'string' && item !== '' ? { value: item, display: item, priority: Infinity } : undefined
  const value = textOf(item, 'value')
  if (value === '') return undefined
  const priority = item['priority']
  const number = typeof priority === 'number' || typeof priority === 'string' ? parseNumeric(priority) : undefined
  return {
    value,
    display: textOf(item, 'displayName') || value,
    priority: number === undefined ? Infinity : Number(number),
  }
}

function textOf(item: ComplexValue, name: string): string {
  const part = Object.hasOwn(item, name) ? item[name] : null
  return part === undefined || part === null || isList(part) || isComplex(part) ? '' : toText(part)
}

function byPriority(left: Role, right: Role): number {
  if (left.priority !== right.priority) return left.priority < right.priority ? -1 : 1
  return left.value < right.value ? -1 : left.value > right.value ? 1 : 0
}

function toComplex({ value, display }: Role): ComplexValue {
  return { primary: false, type: 'WindowsAzureActiveDirectoryRole', display, value }
}

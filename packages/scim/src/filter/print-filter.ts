import { printAttributePath } from '../path/attribute-path.ts'
import type { Filter } from './ast.ts'

/**
 * The canonical text of a filter: operators in lower case, one space, parentheses only where they change the meaning
 * or keep the grouping. `parseFilter` reads it back to an equal filter.
 *
 * @example
 * ```ts
 * import { parseFilter, printFilter } from '@rollcall/scim'
 *
 * console.log(printFilter(parseFilter('(a PR)  and ((b eq 1.50))'))) // a pr and b eq 1.5
 * ```
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'compare':
      return `${printAttributePath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`
    case 'present':
      return `${printAttributePath(filter.path)} pr`
    case 'and':
      return filter.filters.map((part) => printOperand(part, part.kind === 'and' || part.kind === 'or')).join(' and ')
    case 'or':
      return filter.filters.map((part) => printOperand(part, part.kind === 'or')).join(' or ')
    case 'not':
      return `not (${printFilter(filter.filter)})`
    case 'valuePath':
      return `${printAttributePath(filter.path)}[${printFilter(filter.filter)}]`
    default:
      return filter satisfies never
  }
}

function printOperand(filter: Filter, isGrouped: boolean): string {
  return isGrouped ? `(${printFilter(filter)})` : printFilter(filter)
}

import { printFilter } from '../filter/print-filter.ts'
import { printAttributePath } from './attribute-path.ts'
import type { PatchPath } from './path.ts'

/**
 * The canonical text of a PATCH path; `parsePath` reads it back to an equal path.
 *
 * @example
 * ```ts
 * import { parsePath, printPath } from '@rollcall/scim'
 *
 * console.log(printPath(parsePath('emails[ type EQ "work" ].value'))) // emails[type eq "work"].value
 * ```
 */
export function printPath(path: PatchPath): string {
  const filter = path.filter === undefined ? '' : `[${printFilter(path.filter)}]`
  const subAttribute = path.subAttribute === undefined ? '' : `.${path.subAttribute}`
  return `${printAttributePath(path.path)}${filter}${subAttribute}`
}

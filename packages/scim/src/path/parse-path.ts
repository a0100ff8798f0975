import type { AttributePath } from '../filter/ast.ts'
import {
  createParser,
  parseAttributeWord,
  type ParseFilterOptions,
  type Parser,
  parseValueFilter,
} from '../filter/parse-filter.ts'
import { advance, is, isAdjacent, refuse, unexpected } from '../filter/scanner.ts'
import { isAttributeName } from './attribute-path.ts'
import type { PatchPath } from './path.ts'

/**
 * Reads the path of a PATCH operation: `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`,
 * each with or without a URN (RFC 7644 §3.5.2, figure 7). The whole text may also be the URN of an extension.
 *
 * Throws `invalidPath` with the position for anything else, also when the filter in it is broken.
 *
 * @example
 * ```ts
 * import { parsePath } from '@rollcall/scim'
 *
 * const path = parsePath('emails[type eq "work" and value ew "]."].display')
 * console.log(path.path.attribute, path.subAttribute) // emails display
 * ```
 */
export function parsePath(text: string, options: ParseFilterOptions = {}): PatchPath {
  const parser = createParser(text, 'invalidPath', options)
  const { scanner } = parser
  const wordEnd = scanner.end
  const path = parseAttributeWord(parser)
  if (scanner.kind === 'end') return { path, filter: undefined, subAttribute: undefined, text }
  if (scanner.kind !== '[' || !isAdjacent(scanner, wordEnd)) throw unexpected(scanner, 'the end')
  const filter = parseValueFilter(parser)
  const subAttribute = parseSubAttribute(parser)
  return { path, filter, subAttribute, text }
}

/**
 * Reads a plain attribute path, as in `attributes`, `excludedAttributes` and `sortBy` (RFC 7644 §3.10).
 * Throws `invalidPath` for anything else.
 *
 * @example
 * ```ts
 * import { parseAttributePath } from '@rollcall/scim'
 *
 * const path = parseAttributePath('urn:ietf:params:scim:schemas:core:2.0:User:name.givenName')
 * console.log(path.schema, path.attribute, path.subAttribute) // urn:ietf:params:scim:schemas:core:2.0:User name givenName
 * ```
 */
export function parseAttributePath(text: string): AttributePath {
  const parser = createParser(text, 'invalidPath', {})
  const path = parseAttributeWord(parser)
  if (parser.scanner.kind !== 'end') throw unexpected(parser.scanner, 'the end')
  return path
}

function parseSubAttribute(parser: Parser): string | undefined {
  const { scanner } = parser
  if (scanner.kind === 'end') return undefined
  const isDotted = scanner.kind === 'word' && scanner.value.startsWith('.')
  if (!isDotted || scanner.source.charAt(scanner.start - 1) !== ']')
    throw unexpected(scanner, 'a sub-attribute or the end')
  const name = scanner.value.slice(1)
  if (!isAttributeName(name)) throw refuse(scanner, 'expected one sub-attribute behind "]"', scanner.start)
  advance(scanner)
  if (!is(scanner, 'end')) throw unexpected(scanner, 'the end')
  return name
}

import { ExpressionError } from '../errors.ts'
import { compileRegex, type Regex } from '../regex/regex.ts'
import type { CallExpression } from '../syntax/ast.ts'
import { findConstant } from './arguments.ts'
import { fail, type Site } from './definition.ts'

/** Patterns that stand in an expression are compiled once for it: most of the work on a short text. */
const compiled = new WeakMap<CallExpression, Regex>()

/** The pattern that a parameter gives, of which a function has one. */
export function compilePattern(site: Site, index: number, pattern: string): Regex {
  const isConstant = findConstant(site, index) !== undefined
  const known = isConstant ? compiled.get(site.expression) : undefined
  if (known !== undefined) return known
  try {
    const regex = compileRegex(pattern)
    if (isConstant) compiled.set(site.expression, regex)
    return regex
  } catch (error) {
    if (error instanceof ExpressionError) throw fail(site, error.code, error.message, { argument: index })
    throw error
  }
}

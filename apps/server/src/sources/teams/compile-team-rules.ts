import type { SourceRules } from '@rollcall/admin-api'
import {
  checkScope,
  evaluate,
  type EvaluationContext,
  type Expression,
  ExpressionError,
  matchScope,
  parseExpression,
  toTargetValue,
} from '@rollcall/expressions'
import type { JsonObject } from '@rollcall/scim'
import { readColumns } from '../rules/columns.ts'
import { toClause } from '../rules/compile-source-rules.ts'

export type TeamRules = NonNullable<SourceRules['teams']>

/** How a group is called as a team, or why it is none. */
export type GroupVerdict =
  | { readonly kind: 'team'; readonly name: string; readonly description: string | null | undefined }
  | { readonly kind: 'outOfScope' }
  | { readonly kind: 'failed'; readonly reason: string; readonly attribute: string; readonly detail: string }

/** Rules of teams that are ready for all groups of a source. */
export type CompiledTeamRules = {
  readonly document: TeamRules
  judge(group: JsonObject, now: Date): GroupVerdict
}

/** Of the index of teams by name. */
const nameCharactersMax = 400
const descriptionCharactersMax = 1_000

/** Throws ExpressionError for a document that checkSourceRules refuses. */
export function compileTeamRules(
  document: TeamRules,
  tables: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): CompiledTeamRules {
  const scope = { groups: document.scope.groups.map((group) => group.map(toClause)) }
  checkScope(scope)
  const name = parse(document.name)
  const description = document.description === undefined ? undefined : parse(document.description)
  return {
    document,
    judge: (group, now) => {
      let attribute = 'scope'
      try {
        const attributes = readColumns(noTypes, group)
        if (!matchScope(scope, attributes)) return { kind: 'outOfScope' }
        const context: EvaluationContext = {
          attributes,
          now,
          lookUp: (table, key) => tables.get(table)?.get(key),
        }
        attribute = 'name'
        const called = textOf(name, context)
        if (called === '' || called.length > nameCharactersMax) return refuseName(called)
        attribute = 'description'
        const said = description === undefined ? undefined : textOf(description, context)
        return {
          kind: 'team',
          name: called,
          description: said === '' ? null : said?.slice(0, descriptionCharactersMax),
        }
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        return { kind: 'failed', reason: 'expressionFailed', attribute, detail: error.message }
      }
    },
  }
}

const noTypes = new Map<string, never>()

function refuseName(name: string): GroupVerdict {
  const detail =
    name === ''
      ? 'The rules give the team no name'
      : `The name of the team has more than ${nameCharactersMax} characters`
  return { kind: 'failed', reason: name === '' ? 'nameMissing' : 'nameTooLong', attribute: 'name', detail }
}

function parse(text: string): Expression {
  return parseExpression(text, { ignoresCase: true })
}

function textOf(expression: Expression, context: EvaluationContext): string {
  const text = toTargetValue(evaluate(expression, context).value, { name: 'name', type: 'string' })
  return typeof text === 'string' ? text.trim() : ''
}

import type { ProvisioningRules } from '@rollcall/admin-api'
import { listUnportable, parseExpression } from '@rollcall/expressions'
import { z } from 'zod'
import { AccessError } from '../../access/access-error.ts'

type Rules = ProvisioningRules['users']
type Mapping = Rules['mappings'][number]

// Of Microsoft Graph's synchronizationSchema what rules can say; the rest of it is read over.
const clause = z.object({
  operatorName: z.string(),
  sourceOperandName: z.string(),
  targetOperand: z.object({ values: z.array(z.string()) }).optional(),
})
const attributeMapping = z.object({
  targetAttributeName: z.string(),
  matchingPriority: z.int().default(0),
  defaultValue: z.string().nullish(),
  flowType: z.string().default('Always'),
  source: z
    .object({ expression: z.string().nullish(), name: z.string().nullish(), type: z.string().default('Function') })
    .nullish(),
})
const objectMapping = z.object({
  enabled: z.boolean().default(true),
  flowTypes: z.string().default('Add, Update, Delete'),
  sourceObjectName: z.string().default('User'),
  attributeMappings: z.array(attributeMapping),
  scope: z.object({ groups: z.array(z.object({ clauses: z.array(clause) })).nullish() }).nullish(),
})
const schemaDocument = z.object({
  synchronizationRules: z.array(z.object({ objectMappings: z.array(objectMapping) })).min(1),
})

type ObjectMapping = z.infer<typeof objectMapping>
type AttributeMapping = z.infer<typeof attributeMapping>

/** Rules of a synchronizationSchema of Microsoft Graph, as administrators export it. Throws `invalidRules`. */
export function fromEntraSchema(value: unknown): { readonly rules: object; readonly lost: readonly string[] } {
  const read = schemaDocument.safeParse(value)
  if (!read.success) {
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'no schema' }
    throw new AccessError('invalidRules', `${path.join('.')}: ${message}`, { field: 'text' })
  }
  const mappings = read.data.synchronizationRules.flatMap(({ objectMappings }) => objectMappings)
  const users = mappings.find(({ sourceObjectName }) => /^user$/i.test(sourceObjectName))
  const groups = mappings.find(({ sourceObjectName }) => /^group$/i.test(sourceObjectName))
  if (users === undefined) throw new AccessError('invalidRules', 'The schema maps no users', { field: 'text' })
  const lost: string[] = []
  const rules = {
    users: toRules(users, lost),
    ...(groups && { teams: { ...toRules(groups, lost), leaving: { policy: 'delete' }, isEnabled: groups.enabled } }),
  }
  return { rules, lost }
}

function toRules(mapping: ObjectMapping, lost: string[]): object {
  const { attributeMappings, flowTypes, scope } = mapping
  // Members are kept by themselves.
  const kept = attributeMappings.filter(({ targetAttributeName }) => targetAttributeName !== 'members')
  const matching = kept.filter(({ matchingPriority }) => matchingPriority > 0)
  return {
    scope: {
      groups: (scope?.groups ?? []).map(({ clauses }) =>
        clauses.map(({ operatorName, sourceOperandName, targetOperand }) => ({
          attribute: sourceOperandName,
          operator: operatorName,
          ...(targetOperand?.values[0] !== undefined && { value: targetOperand.values[0] }),
        })),
      ),
    },
    mappings: kept.map((each) => toMapping(each, lost)),
    matching: matching
      .toSorted((left, right) => left.matchingPriority - right.matchingPriority)
      .map(({ targetAttributeName }) => [{ target: targetAttributeName }]),
    actions: { create: /add/i.test(flowTypes), update: /update/i.test(flowTypes), delete: /delete/i.test(flowTypes) },
  }
}

function toMapping(mapping: AttributeMapping, lost: string[]): object {
  const { targetAttributeName: target, source, defaultValue, flowType } = mapping
  const shared = { target, apply: toApply(flowType, target, lost), ...(defaultValue ? { default: defaultValue } : {}) }
  const expression = source?.expression ?? ''
  if (expression === '') return { ...shared, kind: 'none' }
  const attribute = /^\[([^[\]]+)\]$/.exec(expression)?.[1]
  // Upstream nothing flows where the source has no value.
  if (attribute === undefined) return { ...shared, kind: 'expression', expression, onNull: 'keep' }
  const kind = attribute === 'manager' ? 'reference' : 'direct'
  return { ...shared, kind, source: attribute, onNull: 'keep' }
}

function toApply(flowType: string, target: string, lost: string[]): Mapping['apply'] {
  if (flowType === 'ObjectAddOnly') return 'onCreate'
  if (flowType === 'ValueAddOnly' || flowType === 'AttributeAddOnly') return 'ifEmpty'
  if (flowType !== 'Always') lost.push(`${target}: the flow type ${flowType} became Always`)
  return 'always'
}

/** Rules as a synchronizationSchema, and what Entra does not know of them. */
export function toEntraSchema(rules: ProvisioningRules): { readonly schema: object; readonly lost: readonly string[] } {
  const lost: string[] = []
  const objectMappings = [
    toObjectMapping(rules.users, { name: 'User', isEnabled: true, lost }),
    ...(rules.teams === undefined
      ? []
      : [toObjectMapping(rules.teams, { name: 'Group', isEnabled: rules.teams.isEnabled, lost })]),
  ]
  if (rules.tables !== undefined) lost.push('tables: Entra has no look-up tables')
  return { schema: { synchronizationRules: [{ name: 'Rollcall', objectMappings }] }, lost }
}

type Export = { readonly name: string; readonly isEnabled: boolean; readonly lost: string[] }

function toObjectMapping(rules: Rules, { name, isEnabled, lost }: Export): object {
  const { create, update, delete: deletes } = rules.actions
  noteMatching(rules, lost)
  const flows = [create ? 'Add' : '', update ? 'Update' : '', deletes ? 'Delete' : ''].filter((flow) => flow !== '')
  return {
    enabled: isEnabled,
    name: `${name} to ${name}`,
    sourceObjectName: name,
    targetObjectName: name,
    flowTypes: flows.join(', '),
    attributeMappings: rules.mappings.map((mapping) => toAttributeMapping(mapping, { rules, lost })),
    scope: toScope(rules.scope, lost),
  }
}

/** Upstream one attribute is matched at a time, with what its mapping gives it. */
function noteMatching({ matching, mappings }: Rules, lost: string[]): void {
  for (const rule of matching) {
    if (rule.length > 1)
      lost.push(`matching: Entra cannot match by ${rule.map(({ target }) => target).join(' and ')} at once`)
    for (const { target, source, expression } of rule) {
      const own = expression ?? (source === undefined ? undefined : `[${source}]`)
      const mapping = mappings.find((each) => each.target === target)
      const mapped = mapping === undefined ? undefined : printSource(mapping)
      if (mapped === undefined) lost.push(`matching: ${target} is mapped nowhere, and Entra matches by mappings`)
      else if (own !== undefined && own !== mapped) lost.push(`matching: Entra matches ${target} with ${mapped}`)
    }
  }
}

function toScope(scope: Rules['scope'], lost: string[]): object | null {
  if ('filter' in scope) {
    lost.push('scope: Entra knows clauses, and no SCIM filters')
    return null
  }
  const own = scope.groups.flat().filter(({ operator }) => operator.endsWith('OR EMPTY'))
  for (const { attribute, operator } of own) lost.push(`scope: Entra has no operator ${operator} for ${attribute}`)
  return {
    groups: scope.groups.map((group) => ({
      clauses: group.map(({ attribute, operator, value }) => ({
        operatorName: operator,
        sourceOperandName: attribute,
        targetOperand: { values: value === undefined ? [] : [value] },
      })),
    })),
  }
}

function toAttributeMapping(
  mapping: Mapping,
  { rules, lost }: { readonly rules: Rules; readonly lost: string[] },
): object {
  const { target, kind, apply } = mapping
  const priority = rules.matching.findIndex((rule) => rule[0]?.target === target) + 1
  const expression = printSource(mapping)
  if (kind === 'expression') {
    for (const name of listUnportable(parseExpression(expression, { ignoresCase: true })))
      lost.push(`${target}: Entra has no function ${name}`)
  }
  return {
    targetAttributeName: target,
    matchingPriority: priority,
    flowBehavior: 'FlowWhenChanged',
    flowType: apply === 'onCreate' ? 'ObjectAddOnly' : apply === 'ifEmpty' ? 'ValueAddOnly' : 'Always',
    defaultValue: mapping.default === undefined ? null : String(mapping.default),
    source: kind === 'none' ? null : { expression, name: mapping.source ?? '', type: sourceTypes[kind] },
  }
}

const sourceTypes = {
  direct: 'Attribute',
  reference: 'Attribute',
  constant: 'Constant',
  expression: 'Function',
} as const

function printSource({ kind, source, value, expression }: Mapping): string {
  if (kind === 'expression') return expression ?? ''
  if (kind !== 'constant') return `[${source ?? ''}]`
  return `"${String(value ?? '').replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

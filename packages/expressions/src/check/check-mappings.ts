import { type Expression, walk } from '../syntax/ast.ts'
import { type CheckContext, checkMapping, type Mapping } from './check-mapping.ts'
import { createFinding, type Finding } from './finding.ts'

/**
 * What can be said about all mappings of an application when they are saved: about each, and about them together.
 *
 * @example
 * ```ts
 * import { checkMappings, parseExpression } from '@rollcall/expressions'
 *
 * const name = { target: 'displayName', expression: parseExpression('[name]'), apply: 'always' as const }
 * const findings = checkMappings([name, name], {
 *   source: [{ name: 'name', type: 'string' }],
 *   target: [
 *     { name: 'displayName', type: 'string' },
 *     { name: 'userName', type: 'string', isRequired: true },
 *   ],
 * })
 * console.log(findings.map(({ rule, attribute }) => `${rule} ${attribute}`).join()) // W-SHADOW displayName,E-REQUIRED userName
 * ```
 */
export function checkMappings(mappings: readonly Mapping[], context: CheckContext): readonly Finding[] {
  return [
    ...mappings.flatMap((mapping) => checkMapping(mapping, context)),
    ...findShadowed(mappings),
    ...findMixedRoles(mappings),
    ...findMissing(mappings, context),
  ]
}

function findShadowed(mappings: readonly Mapping[]): readonly Finding[] {
  const targets = mappings.map(({ target }) => target)
  const shadowed = new Set(targets.filter((target, index) => targets.indexOf(target) !== index))
  return [...shadowed].map((attribute) =>
    createFinding('W-SHADOW', { attribute, message: `several mappings write ${attribute}; the last one wins` }),
  )
}

function findMixedRoles(mappings: readonly Mapping[]): readonly Finding[] {
  const uses = (expression: Expression, name: string): boolean =>
    [...walk(expression)].some((node) => node.kind === 'call' && node.name === name)
  const adding = mappings.find(({ expression }) => uses(expression, 'AppRoleAssignmentsComplex'))
  const replacing = mappings.find(({ expression }) => uses(expression, 'AssertiveAppRoleAssignmentsComplex'))
  if (adding === undefined || replacing === undefined) return []
  const message = `${adding.target} adds roles and ${replacing.target} replaces them; use AssertiveAppRoleAssignmentsComplex alone`
  return [createFinding('W-ROLES', { attribute: adding.target, message })]
}

function findMissing(mappings: readonly Mapping[], { target }: CheckContext): readonly Finding[] {
  const mapped = new Set(mappings.map((mapping) => mapping.target))
  return target
    .filter(({ name, isRequired, isReadOnly }) => isRequired && !isReadOnly && !mapped.has(name))
    .map(({ name }) =>
      createFinding('E-REQUIRED', { attribute: name, message: `the target needs ${name} and no mapping gives it` }),
    )
}

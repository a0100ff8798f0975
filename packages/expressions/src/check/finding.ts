/** The rules of the static check; an E must be mended, a W should be looked at. */
export const mappingRules = {
  'E-NONDET': 'a random value outside of "on create" would be another one at every evaluation',
  'E-UNIQ-MATCH': 'SelectUniqueValue belongs to attributes that are set on create and not matched by',
  'E-TYPE': 'the result cannot fit the target attribute, or a list stands where one value is needed',
  'E-REGEX': 'a pattern must be a constant, so that it is checked now and not when somebody is provisioned',
  'E-TARGET': 'the target has no such attribute, or nobody may write it',
  'E-REQUIRED': 'the target needs an attribute that no mapping gives',
  'W-NULLNEG': 'a negation is false for whoever has no value',
  'W-CASE': 'the operand differs from values that exist in case only',
  'W-MULTI': 'a clause on several values demands that all fulfil it',
  'W-TIME': 'the value changes by the clock',
  'W-SWITCH-NODEFAULT': 'a Switch without default yields nothing for other values',
  'W-DEPS-UNREAD': 'the source delivers no such attribute',
  'W-SHADOW': 'several mappings write the same attribute',
  'W-ROLES': 'roles are added by one mapping and replaced by another',
  'W-KEY-MUTABLE': 'people are matched by an attribute that they can change',
} as const satisfies Record<string, string>

/** The stable name of a rule. */
export type MappingRule = keyof typeof mappingRules

/** What the static check has to say. */
export type Finding = {
  readonly rule: MappingRule
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** The target attribute of the mapping, or the attribute of the clause. */
  readonly attribute: string
  /** Zero-based offset in the expression. */
  readonly position: number | undefined
  readonly suggestion: string | undefined
  /** Of the people that were given, how many it concerns, and some of their names. */
  readonly people: { readonly count: number; readonly names: readonly string[] } | undefined
}

/** Names of people that a finding lists at most. */
const namesMax = 20

type Details = {
  readonly attribute: string
  readonly message: string
  readonly position?: number | undefined
  readonly suggestion?: string | undefined
  readonly concerned?: readonly string[] | undefined
}

export function createFinding(rule: MappingRule, details: Details): Finding {
  const { attribute, message, position, suggestion, concerned } = details
  return {
    rule,
    severity: rule.startsWith('E') ? 'error' : 'warning',
    message,
    attribute,
    position,
    suggestion,
    people: concerned && { count: concerned.length, names: concerned.slice(0, namesMax) },
  }
}

export const rulesParts = ['attributes', 'records', 'matching', 'dates', 'teams', 'history'] as const
export type RulesPart = (typeof rulesParts)[number]

export function toRulesPart(part: unknown): RulesPart {
  return rulesParts.find((known) => known === part) ?? 'attributes'
}

export const rulesTabs = ['mappings', 'scope', 'history'] as const
export type RulesTab = (typeof rulesTabs)[number]

export function toRulesTab(tab: unknown): RulesTab {
  return rulesTabs.find((known) => known === tab) ?? 'mappings'
}

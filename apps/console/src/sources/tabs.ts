export const sourceTabs = ['overview', 'mapping', 'runs', 'records', 'bad', 'schedule', 'settings'] as const
export type SourceTab = (typeof sourceTabs)[number]

export function toSourceTab(tab: unknown): SourceTab {
  return sourceTabs.find((known) => known === tab) ?? 'overview'
}

/** What a record is to the directory; those that wait for a person first. */
export const situations = [
  'ambiguous',
  'taken',
  'asked',
  'escrowed',
  'ownedElsewhere',
  'new',
  'upcoming',
  'linked',
  'confirmed',
  'ignored',
  'outOfScope',
  'absent',
  'removed',
] as const
export type Situation = (typeof situations)[number]

export function toSituation(situation: unknown): Situation | undefined {
  return situations.find((known) => known === situation)
}

export const operations = ['create', 'link', 'update', 'suspend', 'reactivate', 'delete', 'none'] as const
export type Operation = (typeof operations)[number]

export function toOperation(operation: unknown): Operation | undefined {
  return operations.find((known) => known === operation)
}

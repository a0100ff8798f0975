/** What a source may not write, and what says it instead. */
export const forbiddenTargets: ReadonlyMap<string, string | undefined> = new Map([
  ['active', 'lifecycle.active'],
  ['id', undefined],
  ['meta', undefined],
  ['schemas', undefined],
  ['groups', undefined],
  ['roles', undefined],
  ['password', undefined],
])

import type { Outcome, Target } from '../../apps/server/src/provisioning/targets/target.ts'

const never = (): Promise<Outcome<never>> => Promise.reject(new Error('The bench does not ask that'))

/** An app within the process: it knows nobody, makes every account and keeps none. Processes that share an app differ in the prefix. */
export function createInstantTarget(prefix = 'a'): Target {
  let lastKey = 0
  return {
    abilities: {
      kinds: ['user', 'team'],
      membersMax: 100,
      replacesMembers: false,
      showsMembers: true,
      filterable: null,
      readLagMs: 0,
      requestTimeoutMs: 30_000,
      requestsPerSecondMax: 100_000,
      permitsMax: 32,
      keepsExternalId: true,
      canDisable: true,
      canDelete: true,
    },
    find: () => Promise.resolve({ kind: 'done', status: 200, value: [] }),
    create: () => {
      const key = `${prefix}${++lastKey}`
      return Promise.resolve({ kind: 'done', status: 201, value: { key, resource: { id: key } } })
    },
    update: () => Promise.resolve({ kind: 'done', status: 200, value: null }),
    get: never,
    list: never,
    remove: never,
    changeMembers: never,
    probe: never,
  }
}

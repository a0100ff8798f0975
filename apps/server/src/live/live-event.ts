import type { LiveTopic } from '@rollcall/admin-api'
import type { RequestLogLine } from '../audit/list-requests.ts'
import type { LiveRow, StateTopic } from '../db/queries/live.ts'
import { formatTypeId, type IdPrefix } from '../type-id.ts'

/** What followers are sent: how one thing is now. */
export type LiveEvent = {
  readonly topic: LiveTopic
  /** Whoever has not this permission does not hear of it. */
  readonly permission: string | undefined
  /** Of the topic `requests`: whose request it was. */
  readonly connectionId: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

const prefixes: Readonly<Record<StateTopic, IdPrefix>> = {
  runs: 'run',
  apps: 'app',
  reads: 'srd',
  plans: 'plan',
  holds: 'hold',
  quarantine: 'app',
  notices: 'note',
  setupLinks: 'slnk',
}

// Members that hold an id of the database.
const idMembers: readonly (readonly [string, IdPrefix])[] = [
  ['sourceId', 'src'],
  ['appId', 'app'],
  ['connectionId', 'con'],
]

/** The state of a thing of the database, by the names and ids that clients know. */
export function toStateEvent(topic: StateTopic, { id, state }: Pick<LiveRow, 'id' | 'state'>, at: Date): LiveEvent {
  const { permission, cycle, ...shown } = state
  const prefix = topic === 'holds' && shown['kind'] === 'app' ? 'ghold' : prefixes[topic]
  const data: Record<string, unknown> = { topic, id: formatTypeId(prefix, id), at: at.toISOString(), ...shown }
  for (const [name, kind] of idMembers) {
    const value = shown[name]
    if (typeof value === 'string') data[name] = formatTypeId(kind, value)
  }
  if (cycle !== undefined) data['cycle'] = isCycle(cycle) ? { ...cycle, id: formatTypeId('cyc', cycle.id) } : null
  return {
    topic,
    permission: typeof permission === 'string' ? permission : undefined,
    connectionId: undefined,
    data,
  }
}

function isCycle(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}

/** A request of an identity provider, for those who follow that connection, with what a list shows of it. */
export function toRequestEvent(line: RequestLogLine, connectionId: string): LiveEvent {
  const { method, path, status, client, resourceType, externalId, scimType, detail, rules } = line
  return {
    topic: 'requests',
    permission: undefined,
    connectionId,
    data: {
      topic: 'requests',
      id: formatTypeId('req', line.id),
      at: line.at.toISOString(),
      connectionId: line.connectionId === null ? null : formatTypeId('con', line.connectionId),
      method,
      path,
      status,
      client,
      resourceType,
      resourceId: line.resourceId,
      externalId,
      scimType,
      detail,
      durationMs: line.durationUs / 1_000,
      rules,
    },
  }
}

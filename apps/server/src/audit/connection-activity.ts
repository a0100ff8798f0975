import type { LatestActivity } from '../db/queries/connection-activity.ts'

type Seen = {
  readonly organizationId: string
  readonly connectionId: string | null
  readonly at: Date
  readonly status: number
}

/** When each connection was last heard of, since it was last written down. */
export class ConnectionActivity {
  #latest = new Map<string, { organizationId: string; connectionId: string; successMs: number; errorMs: number }>()

  note({ organizationId, connectionId, at, status }: Seen): void {
    if (connectionId === null) return
    let latest = this.#latest.get(connectionId)
    if (latest === undefined) {
      latest = { organizationId, connectionId, successMs: 0, errorMs: 0 }
      this.#latest.set(connectionId, latest)
    }
    if (status < 400) latest.successMs = Math.max(latest.successMs, at.getTime())
    else latest.errorMs = Math.max(latest.errorMs, at.getTime())
  }

  /** What was noted, in the order of the connections' ids; begins anew. */
  take(): readonly LatestActivity[] {
    const latest = [...this.#latest.values()]
    this.#latest = new Map()
    return latest.toSorted((a, b) => (a.connectionId < b.connectionId ? -1 : 1))
  }
}

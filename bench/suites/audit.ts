import { setTimeout as sleep } from 'node:timers/promises'
import { record, toMedian } from '../report.ts'
import type { BenchContext } from './context.ts'

const perSecondLeast = 100_000
const sealMsMax = 300_000
const rounds = 5

/** How fast changes become events of the audit log, and how fast a chain is verified. */
export async function auditSuite({ rollcall, people }: BenchContext): Promise<void> {
  const amount = people >= 10_000 ? 100_000 : 10_000
  const organization = await rollcall.newOrganization('audit')
  await rollcall.database.query({ text: seedChanges }, [organization.id, amount])
  const startedMs = performance.now()
  const worker = await rollcall.startWorker()
  try {
    for (let sealed = 0; sealed < amount; await sleep(250)) {
      const { rows } = await rollcall.database.query<{ sealed: number }>(
        { text: 'select coalesce(max(sequence), 0) as sealed from audit_events where organization_id = $1' },
        [organization.id],
      )
      sealed = rows[0]?.sealed ?? 0
      if (performance.now() - startedMs > sealMsMax) throw new Error(`Only ${sealed} of ${amount} events were sealed`)
    }
  } finally {
    await worker.stop()
  }
  record({
    name: 'changes sealed into the audit log',
    value: amount / ((performance.now() - startedMs) / 1000),
    unit: '1/s',
  })
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) {
    const found = await rollcall.post('/api/v1/organizations/audit/audit/verify', {})
    if (found['isSound'] !== true) throw new Error(`The audit log is broken: ${JSON.stringify(found['broken'])}`)
    figures.push(Number(found['events']) / (Number(found['durationMs']) / 1000))
  }
  const value = toMedian(figures)
  const target = `>= ${perSecondLeast} 1/s`
  record({ name: 'audit events verified', value, unit: '1/s', target, met: value >= perSecondLeast })
}

const seedChanges = `insert into changes
    (organization_id, at, action, subject_kind, subject_id, subject_version, actor, request_id, data)
  select $1, date_trunc('milliseconds', clock_timestamp()), 'user.updated', 'user', gen_random_uuid(), 2, 'system', null,
    '{"via": "admin", "changes": [{"path": "title", "before": "Engineer", "after": "Principal engineer"}]}'
  from generate_series(1, $2::int)`

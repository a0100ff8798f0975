import type { RouteAnswer } from '@rollcall/admin-api'
import type { Operator } from '../../../access/operators.ts'
import type { EncryptionState } from '../../../instance/encryption-state.ts'
import type { Finding } from '../../../instance/finding.ts'
import type { InstanceJobs } from '../../../instance/jobs.ts'
import type { InstanceOrganization } from '../../../instance/list-organizations.ts'
import type { InstanceRun } from '../../../instance/runs.ts'
import { readBuild } from '../../../telemetry/build.ts'
import { formatTypeId } from '../../../type-id.ts'
import { viewRun } from './runs.ts'

export function viewInstanceOrganization(
  row: InstanceOrganization,
): RouteAnswer<'listInstanceOrganizations'>['data'][number] {
  return {
    id: formatTypeId('org', row.id),
    slug: row.slug,
    name: row.name,
    plan: row.plan,
    people: row.people,
    lastChangeAt: row.lastChangeAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}

export function viewOperator(row: Operator): RouteAnswer<'grantOperator'> {
  return {
    id: formatTypeId('usr', row.userId),
    userName: row.userName,
    name: row.name,
    isActive: row.isActive,
    organization: {
      id: formatTypeId('org', row.organizationId),
      slug: row.organizationSlug,
      name: row.organizationName,
    },
    grantedBy: row.grantedBy,
    grantedAt: row.grantedAt.toISOString(),
  }
}

export function viewInstanceRun(row: InstanceRun): RouteAnswer<'retryInstanceRun'> {
  const { slug, organizationName: name } = row
  return { ...viewRun(row), organization: slug === null || name === null ? null : { slug, name } }
}

export function viewJobs({ at, queues, engine, timetable, sessions }: InstanceJobs): RouteAnswer<'getInstanceJobs'> {
  return {
    at: at.toISOString(),
    queues: [...queues],
    engine,
    timetable: timetable.map((job) => ({
      ...job,
      startedAt: job.startedAt?.toISOString() ?? null,
      endedAt: job.endedAt?.toISOString() ?? null,
    })),
    sessions,
  }
}

const build = readBuild()
const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString()

export function viewHealth(findings: readonly Finding[], at: Date): RouteAnswer<'getInstanceHealth'> {
  return {
    at: at.toISOString(),
    isHealthy: findings.every(({ status }) => status !== 'failed'),
    checks: findings.map(({ check, status, detail, facts }) => ({ check, status, detail, facts })),
    version: {
      rollcall: build.version,
      commit: build.commit,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      startedAt,
    },
  }
}

export function viewEncryption({ source, keys, unknown }: EncryptionState): RouteAnswer<'getEncryptionKeys'> {
  return { source, keys: keys.map((key) => ({ ...key, since: key.since?.toISOString() ?? null })), unknown }
}

import { AccessError } from '../access/access-error.ts'
import { systemClock } from '../clock.ts'
import type { Config, LoadedConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { selectDemoSlug } from '../db/queries/demo.ts'
import type { Database } from '../db/pool.ts'
import { createDemo, demoPeopleMax, refuseOpenHost } from '../demo/demo.ts'
import { addScene } from '../demo/demo-scene.ts'
import { createEncryption } from '../encryption.ts'
import { OperatorError } from '../operator-error.ts'
import { formatTypeId } from '../type-id.ts'
import type { Logger } from '../telemetry/logger.ts'
import { print } from './console-output.ts'
import { loadEncryptionKeys } from './encryption-keys.ts'
import { openInstance } from './open-instance.ts'

/** Flags of `rollcall demo` that are no settings. */
export const demoFlags = ['seed', 'people', 'slug'] as const

const defaults = { seed: 42, people: 1_000, slug: 'demo' }

/** `rollcall demo [--seed 42] [--people 1000] [--slug demo]`: an organization to look at, the same for the same seed. */
export async function runDemo({ config, arguments: parsed }: LoadedConfig, logger: Logger): Promise<void> {
  const seed = toNumber(parsed.values.get('seed'), 'seed', { min: 0, max: 2 ** 31, fallback: defaults.seed })
  const people = toNumber(parsed.values.get('people'), 'people', {
    min: 1,
    max: demoPeopleMax,
    fallback: defaults.people,
  })
  const slug = parsed.values.get('slug') ?? defaults.slug
  refuseOpenHost(config.host)
  await using instance = await openInstance(config, logger)
  await migrate(instance.database, { mode: config.migrate, clock: systemClock })
  const startedMs = performance.now()
  const demo = await createDemo(instance.database, { slug, seed, people, now: systemClock() }).catch(toOperatorError)
  const encryption = createEncryption(loadEncryptionKeys(config).keys)
  const { keyId, connectionId, ...shown } = demo
  const { organizationId } = demo
  const place = { database: instance.database, encryption, organizationId, connectionId, keyId, people }
  await addScene({ ...place, now: systemClock() })
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10
  const answer = { ...shown, organizationId: formatTypeId('org', organizationId), slug, seed, seconds }
  if (parsed.switches.has('json')) return print(JSON.stringify(answer))
  print(`Organization ${slug}: ${demo.people} people in ${demo.teams} teams, made in ${seconds} s`)
  print(`SCIM key (shown once): ${demo.key}`)
}

/** A server that holds made-up people must not be reachable by others. */
export async function refuseOpenDemo(database: Database, config: Config): Promise<void> {
  const slug = await selectDemoSlug(database)
  if (slug === undefined) return
  try {
    refuseOpenHost(config.host)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new OperatorError(
      `${error.message}. Delete the demo organization "${slug}" first, or listen to this machine.`,
    )
  }
}

function toOperatorError(error: unknown): never {
  if (error instanceof AccessError) throw new OperatorError(error.message, { cause: error })
  throw error
}

function toNumber(
  text: string | undefined,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  if (text === undefined) return fallback
  const number = Number(text)
  if (Number.isInteger(number) && number >= min && number <= max) return number
  throw new OperatorError(`--${name} takes a whole number from ${min} to ${max}`, { exitCode: 2 })
}

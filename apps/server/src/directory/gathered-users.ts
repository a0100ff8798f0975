import type { Database } from '../db/pool.ts'
import type { ChangeOrigin } from '../db/queries/changes.ts'
import { insertGatheredUsers, type UserWithData } from '../db/queries/insert-users.ts'
import { insertUser, type InsertOutcome } from '../db/queries/users.ts'
import { DatabaseUnavailable } from '../unavailable.ts'

/** An account that waits to be created. */
export type Newcomer = UserWithData & { readonly origin: ChangeOrigin; readonly relinks: boolean }

type Waiting = {
  readonly newcomer: Newcomer
  readonly resolve: (outcome: InsertOutcome) => void
  readonly reject: (error: unknown) => void
}

const gatheredMax = 100
/** A statement that takes longer waits for somebody else's transaction: those behind it do not wait with it. */
const slowMs = 50

const gatherings = new WeakMap<Database, Map<string, Gathering>>()

/**
 * Creates an account, together with those that other requests of the connection bring at the same time: one statement and
 * one commit for all of them cost PostgreSQL less than half. Whoever comes alone is written alone and at once.
 *
 * Each succeeds or fails by itself, as if it were alone: what the common statement left out, or could not do, is tried
 * again as a statement of its own.
 */
export function insertGathered(database: Database, newcomer: Newcomer): Promise<InsertOutcome> {
  const { organizationId, connectionId } = newcomer.origin
  const key = `${organizationId} ${connectionId ?? ''} ${newcomer.relinks}`
  const ofDatabase = gatherings.get(database) ?? new Map<string, Gathering>()
  gatherings.set(database, ofDatabase)
  const gathering = ofDatabase.get(key) ?? new Gathering(database, () => ofDatabase.delete(key))
  ofDatabase.set(key, gathering)
  return gathering.add(newcomer)
}

class Gathering {
  readonly #database: Database
  readonly #onEmpty: () => void
  #waiting: Waiting[] = []
  #running = 0
  /** The statement that those who come now wait for. */
  #current: object | undefined
  #isPlanned = false

  constructor(database: Database, onEmpty: () => void) {
    this.#database = database
    this.#onEmpty = onEmpty
  }

  add(newcomer: Newcomer): Promise<InsertOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ newcomer, resolve, reject })
      this.#plan()
    })
  }

  /** Those that arrive in the same turn of the event loop go together. */
  #plan(): void {
    if (this.#isPlanned || this.#current !== undefined || this.#waiting.length === 0) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      void this.#run(this.#waiting.splice(0, gatheredMax))
    })
  }

  async #run(gathered: readonly Waiting[]): Promise<void> {
    const statement = {}
    this.#current = statement
    this.#running++
    const timer = setTimeout(() => this.#goOn(statement), slowMs)
    await (gathered.length === 1 ? this.#insertSingly(gathered) : this.#insertTogether(gathered))
    clearTimeout(timer)
    this.#running--
    this.#goOn(statement)
    if (this.#running === 0 && this.#waiting.length === 0) this.#onEmpty()
  }

  #goOn(statement: object): void {
    if (this.#current !== statement) return
    this.#current = undefined
    this.#plan()
  }

  async #insertTogether(gathered: readonly Waiting[]): Promise<void> {
    const newcomers = gathered.map(({ newcomer }) => newcomer)
    let created: ReadonlySet<string>
    try {
      created = await insertGatheredUsers(this.#database, newcomers, newcomers[0]?.relinks === true)
    } catch (error) {
      // It may have been carried out: whoever tried again would find himself in the way.
      if (error instanceof DatabaseUnavailable) return rejectAll(gathered, error)
      created = new Set()
    }
    for (const { newcomer, resolve } of gathered) if (created.has(newcomer.user.id)) resolve({ kind: 'created' })
    await this.#insertSingly(gathered.filter(({ newcomer }) => !created.has(newcomer.user.id)))
  }

  async #insertSingly(gathered: readonly Waiting[]): Promise<void> {
    await Promise.all(
      gathered.map(({ newcomer: { origin, user, relinks, data }, resolve, reject }) =>
        insertUser(this.#database, origin, user, { relinks, data }).then(resolve, reject),
      ),
    )
  }
}

function rejectAll(gathered: readonly Waiting[], error: unknown): void {
  for (const { reject } of gathered) reject(error)
}

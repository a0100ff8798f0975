import { createApplication, type Application, type ApplicationOptions } from '../../src/application.ts'
import type { Clock } from '../../src/clock.ts'
import { configOf } from '../../src/config.ts'
import type { Database } from '../../src/db/pool.ts'
import { createTestDatabase } from './database.ts'

export type TestClock = Clock & {
  set(date: Date | string): void
  advance(milliseconds: number): void
}

export type TestApplication = AsyncDisposable & {
  readonly application: Application
  readonly database: Database
  /** The address of `database`, for a second application or process on it. */
  readonly databaseUrl: string
  readonly clock: TestClock
  /** Takes a path or a full URL. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

export type TestApplicationOptions = {
  /** Settings by the names of their variables. */
  readonly settings?: Readonly<Record<string, string>>
} & Partial<Omit<ApplicationOptions, 'config' | 'database' | 'clock'>>

export const testUrl = 'https://rollcall.test'

/** The product's application, in this process, on a database of its own, at a time that the test sets. */
export async function createTestApplication(options: TestApplicationOptions = {}): Promise<TestApplication> {
  const { settings, ...rest } = options
  const own = await createTestDatabase()
  const clock = createTestClock(new Date('2026-11-21T09:00:00.000Z'))
  const config = configOf({ ROLLCALL_PUBLIC_URL: testUrl, ...settings })
  const application = createApplication({ config, database: own.database, clock, ...rest })
  const close = async (): Promise<void> => {
    await application.close()
    await own.close()
  }
  return {
    application,
    database: own.database,
    databaseUrl: own.url,
    clock,
    fetch: (path, init) => application.fetch(new Request(new URL(path, testUrl), init)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A clock that stands still until the test moves it. */
export function createTestClock(start: Date): TestClock {
  let now = start.getTime()
  const read: Clock = () => new Date(now)
  return Object.assign(read, {
    set: (date: Date | string) => {
      now = new Date(date).getTime()
    },
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  })
}

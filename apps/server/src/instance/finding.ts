import type { healthCheckNames } from '@rollcall/admin-api/names'

export type Finding = {
  readonly check: (typeof healthCheckNames)[number]
  /** For the terminal. */
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed'
  /** One sentence in English, exact. */
  readonly detail: string
  /** What was measured, for words in other languages. */
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/** A look that broke is a finding too. */
export async function attempt(
  about: Pick<Finding, 'check' | 'name'>,
  look: () => Finding | Promise<Finding>,
): Promise<Finding> {
  try {
    return await look()
  } catch (error) {
    return { ...about, status: 'failed', detail: error instanceof Error ? error.message : String(error), facts: {} }
  }
}

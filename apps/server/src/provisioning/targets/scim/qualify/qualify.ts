import type { TargetProfileInput } from '@rollcall/admin-api'
import type { OutcomeDetail } from '../../target.ts'
import type { TargetApp } from '../open-target.ts'
import {
  makeAccount,
  tryChanging,
  tryDisabling,
  tryElements,
  tryReading,
  trySearching,
  tryTwice,
} from './try-accounts.ts'
import { TrialEnded } from './patient-target.ts'
import { createTrial, demand, type QualificationFinding, type Trial, type TrialOptions } from './trial.ts'
import { tryGroups } from './try-groups.ts'
import { triedNames } from './tried-names.ts'

export type { QualificationFinding } from './trial.ts'

export type Qualification = {
  /** What differs from the preset and the RFC, to be kept as `found`. */
  readonly found: TargetProfileInput
  readonly findings: readonly QualificationFinding[]
  readonly notes: readonly string[]
  readonly requests: number
  /** Names of what could not be deleted again. */
  readonly leftBehind: readonly string[]
  /** Why it ended before everything was tried; null: it did not. */
  readonly failure: OutcomeDetail | null
}

/**
 * Finds out what an app does in its own way, by trying on two accounts and a group that are made for it and deleted again.
 * What was set by hand is taken as it is. Sends some 40 requests.
 */
export async function qualify(app: TargetApp, options: TrialOptions): Promise<Qualification> {
  let requests = 0
  const trial = createTrial(app, {
    ...options,
    onExchange: (exchange) => {
      requests += 1
      options.onExchange?.(exchange)
    },
  })
  const failure = await runTrial(trial)
  const leftBehind = await cleanUp(trial)
  const { findings, notes } = trial
  const found = Object.fromEntries(findings.map(({ name, value }) => [name, value])) as TargetProfileInput
  return { found, findings, notes, requests, leftBehind, failure }
}

async function runTrial(trial: Trial): Promise<OutcomeDetail | null> {
  try {
    demand(await trial.target().probe())
    const account = await makeAccount(trial, 'a')
    await tryReading(trial, account)
    await trySearching(trial, account)
    await tryTwice(trial, account)
    const changed = await tryChanging(trial, account)
    await tryDisabling(trial, await tryElements(trial, changed))
    const other = await makeAccount(trial, 'b')
    await tryGroups(trial, account.key, other.key)
    return null
  } catch (error) {
    if (error instanceof TrialEnded) return error.outcome
    throw error
  }
}

/** Deletes what an earlier run under this tag made and could not delete any more. */
export async function removeTried(app: TargetApp, options: TrialOptions): Promise<void> {
  const trial = createTrial(app, options)
  const target = trial.target()
  for (const name of triedNames(options)) {
    const attribute = name.kind === 'user' ? 'userName' : 'displayName'
    const found = await target.find(name.kind, [{ attribute, value: name.name }])
    if (found.kind !== 'done') continue
    for (const { key } of found.value) trial.keep({ ...name, key })
  }
  await cleanUp(trial)
}

/** Groups before their members. Gives the names of what could not be deleted; it was disabled if that was possible. */
async function cleanUp(trial: Trial): Promise<readonly string[]> {
  const groupsFirst = trial.made.toSorted((a, b) => Number(a.kind === 'user') - Number(b.kind === 'user'))
  const left: string[] = []
  for (const made of groupsFirst) {
    try {
      if (!(await isRemoved(trial, made))) left.push(made.name)
    } catch (error) {
      if (!(error instanceof TrialEnded)) throw error
      left.push(made.name)
    }
  }
  return left
}

async function isRemoved(trial: Trial, { kind, key }: Trial['made'][number]): Promise<boolean> {
  const outcome = await trial.target().remove(kind, key)
  if (outcome.kind === 'missing') return true
  if (outcome.kind === 'done' && (await trial.shows(kind, key, (resource) => resource === undefined))) return true
  if (kind === 'user') {
    trial.find('canDelete', false, outcome.kind === 'done' ? 'A deleted account is still shown' : outcome.detail)
    await trial.target().update('user', { key, before: null, after: { active: false } })
  }
  return false
}

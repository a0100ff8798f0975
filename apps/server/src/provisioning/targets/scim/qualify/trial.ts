import type { TargetProfileInput } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { ObjectKind } from '../../../object.ts'
import type { Outcome, Target } from '../../target.ts'
import { openTarget, profileOf, requireScim, type TargetApp, type TargetParts } from '../open-target.ts'
import type { TargetProfile } from '../profile.ts'
import { createPatientTarget, TrialEnded, type Patience } from './patient-target.ts'

/** One thing that the app does otherwise than was thought. */
export type QualificationFinding = {
  readonly name: keyof TargetProfile
  readonly value: TargetProfile[keyof TargetProfile]
  /** What was seen, for people. */
  readonly evidence: string
}

export type TrialOptions = TargetParts &
  Omit<Patience, 'onWait'> & {
    /** Part of all names that are made: who finds one left behind knows where it comes from. */
    readonly tag: string
    /** Of the mail addresses; some apps take only domains that they know. */
    readonly domain: string
  }

type Made = { readonly kind: ObjectKind; readonly key: string; readonly name: string }

/** The app under trial: what is known of it, what was made in it. */
export type Trial = {
  readonly options: TrialOptions
  readonly made: readonly Made[]
  readonly findings: readonly QualificationFinding[]
  /** What is no quirk of a profile and yet worth knowing. */
  readonly notes: readonly string[]
  /** As is known by now; what was set by hand is never tried otherwise. */
  profile(): TargetProfile
  isPinned(name: keyof TargetProfile): boolean
  /** With what is known, and a guess. */
  target(guess?: TargetProfileInput): Target
  find<Name extends keyof TargetProfile>(name: Name, value: TargetProfile[Name], evidence: string): void
  note(text: string): void
  keep(made: Made): void
  /** The time without that in which the app was not to be asked: by this its answers are measured. */
  nowMs(): number
  /** An object was shown so long after it was written: that much patience is needed from now on. */
  observeLag(milliseconds: number): void
  /** Waits until the object shows what it should, as long as the app may need. */
  shows(
    kind: ObjectKind,
    key: string,
    holds: (resource: JsonObject | undefined) => boolean,
    ownPatienceMs?: number,
  ): Promise<boolean>
}

const waitsMs = [0, 100, 200, 400, 800, 1_500, 3_000, 6_000, 12_000, 24_000]
/** An app may need so long until it shows what it did. */
const patienceMsMin = 1_500

export function createTrial(app: TargetApp, options: TrialOptions): Trial {
  const own = requireScim(app.target)
  const found: TargetProfileInput = {}
  const findings: QualificationFinding[] = []
  const notes: string[] = []
  const made = new Map<string, Made>()
  let patienceMs = patienceMsMin
  let waitedMs = 0
  const patience: Patience = { ...options, onWait: (milliseconds) => (waitedMs += milliseconds) }
  const withGuess = (guess: TargetProfileInput): TargetApp => ({
    ...app,
    // An earlier qualification is not believed: the app may have changed.
    target: { ...own, found: { ...found, ...guess } },
  })
  const target = (guess: TargetProfileInput = {}): Target =>
    createPatientTarget(openTarget(withGuess(guess), options), patience)
  const profile = (): TargetProfile => profileOf(withGuess({}))
  return {
    options,
    findings,
    notes,
    get made() {
      return [...made.values()]
    },
    profile,
    isPinned: (name) => own.profile[name] !== undefined,
    target,
    find: (name, value, evidence) => {
      if (JSON.stringify(profile()[name]) === JSON.stringify(value)) return
      if (own.profile[name] !== undefined)
        return void notes.push(`${name} was set by hand; seen was ${JSON.stringify(value)}: ${evidence}`)
      Object.assign(found, { [name]: value })
      findings.push({ name, value, evidence })
    },
    note: (text) => notes.push(text),
    nowMs: () => options.now() - waitedMs,
    keep: (object) => made.set(object.key, object),
    observeLag: (milliseconds) => {
      patienceMs = Math.max(patienceMs, milliseconds * 2 + patienceMsMin)
    },
    shows: async (kind, key, holds, ownPatienceMs = patienceMs) => {
      let passedMs = 0
      for (const waitMs of waitsMs) {
        if (passedMs > ownPatienceMs) return false
        await options.sleep(waitMs)
        passedMs += waitMs
        if (holds(await read(target(), kind, key))) return true
      }
      return false
    },
  }
}

async function read(target: Target, kind: ObjectKind, key: string): Promise<JsonObject | undefined> {
  const outcome = await target.get(kind, key)
  return outcome.kind === 'done' ? outcome.value.resource : undefined
}

/** The value, or the end of the trial. */
export function demand<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'done') return outcome.value
  throw new TrialEnded(outcome)
}

export function say(outcome: Outcome<unknown>): string {
  return outcome.kind === 'done' ? 'it was taken and did not happen' : outcome.detail
}

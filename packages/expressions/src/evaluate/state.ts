import { fromDate, ticksPerDay, ticksPerMillisecond } from '../date/calendar.ts'
import { ExpressionError } from '../errors.ts'
import type { Surroundings } from '../functions/definition.ts'
import type { Expression } from '../syntax/ast.ts'
import { fromSource } from '../value/from-source.ts'
import { type DateTime, isComplex, type Value } from '../value/value.ts'
import { type EvaluationContext, readSource } from './context.ts'

/** What is gathered while an expression is evaluated. */
export type State = {
  readonly context: EvaluationContext
  /** Shared by all states of one evaluation. */
  readonly found: Found
  /** Off where the moment of the next change is searched from outside. */
  readonly tracksClock: boolean
  /** Values that bare words stand for, within Map and Filter. */
  readonly bindings: ReadonlyMap<string, Value>
  /** Within Redact(). */
  readonly isRedacted: boolean
  readonly observe: ((expression: Expression, outcome: Outcome) => void) | undefined
}

/** What an evaluation found on its way. */
export type Found = {
  readonly dependencies: Set<string>
  readonly secretAttributes: Set<string>
  isSecret: boolean
  /** How often a part was evaluated for a value of a list. */
  elementWork: number
  isDeterministic: boolean
  roles: 'add' | 'replace' | undefined
  /** The first moment, in milliseconds since 1970, at which the value may be another. */
  nextChange: number
}

/** What became of one node. */
export type Outcome = { readonly value: Value } | { readonly error: ExpressionError }

export function createState(context: EvaluationContext, observe?: State['observe']): State {
  const found: Found = {
    dependencies: new Set(),
    secretAttributes: new Set(),
    isSecret: false,
    elementWork: 0,
    isDeterministic: true,
    roles: undefined,
    nextChange: Infinity,
  }
  return { context, found, tracksClock: true, bindings: noBindings, isRedacted: false, observe }
}

const noBindings: ReadonlyMap<string, Value> = new Map()

/** The value of an attribute, noted as a dependency; within Map and Filter the value at hand has a name too. */
export function readAttribute(state: State, name: string): Value {
  if (state.bindings.size > 0) {
    const bound = findBound(state.bindings, name)
    if (bound !== undefined) return bound
  }
  const isSecret = state.context.secretAttributes?.has(name) ?? false
  state.found.dependencies.add(name)
  if (isSecret) state.found.isSecret = true
  if (isSecret || state.isRedacted) state.found.secretAttributes.add(name)
  return fromSource(readSource(state.context.attributes, name))
}

function findBound(bindings: ReadonlyMap<string, Value>, name: string): Value | undefined {
  const whole = bindings.get(name)
  if (whole !== undefined) return whole
  const dot = name.indexOf('.')
  const element = dot < 0 ? undefined : bindings.get(name.slice(0, dot))
  if (element === undefined) return undefined
  const part = name.slice(dot + 1)
  return isComplex(element) && Object.hasOwn(element, part) ? (element[part] ?? null) : null
}

/** The clock; a value that shows it is another one after the next midnight at the latest. */
export function readClock(state: State): DateTime {
  const { now } = state.context
  const instant = now === undefined ? null : fromDate(now)
  if (now === undefined || instant === null)
    throw new ExpressionError('NoClock', 'Now: the evaluation was not given the time')
  noteChange(state, (Math.floor(now.getTime() / millisecondsPerDay) + 1) * millisecondsPerDay)
  return instant
}

const millisecondsPerDay = Number(ticksPerDay / ticksPerMillisecond)

export function noteChange(state: State, milliseconds: number): void {
  if (state.tracksClock) state.found.nextChange = Math.min(state.found.nextChange, milliseconds)
}

/** What functions may ask of an evaluation. */
export function toSurroundings(state: State): Surroundings {
  return {
    now: () => readClock(state),
    randomBytes(length) {
      state.found.isDeterministic = false
      const bytes = state.context.random?.(length)
      if (bytes?.length !== length) throw new ExpressionError('NoRandom', 'The evaluation was not given randomness')
      return bytes
    },
    readAttribute: (name) => readAttribute(state, name),
    lookUp(table, key) {
      const { lookUp } = state.context
      if (lookUp === undefined) throw new ExpressionError('NoLookup', 'Lookup: the evaluation was not given tables')
      return fromSource(lookUp(table, key) ?? null)
    },
    numberOf(sequence) {
      state.found.isDeterministic = false
      const { numberOf } = state.context
      if (numberOf === undefined)
        throw new ExpressionError('NoLookup', 'UniqueNumber: the evaluation was not given numbers')
      return numberOf(sequence)
    },
    defaultDomain() {
      if (state.context.defaultDomain) return state.context.defaultDomain
      throw new ExpressionError('NoDefaultDomain', 'DefaultDomain: the organization has no default domain')
    },
    markSecret() {
      state.found.isSecret = true
    },
    markRoles(roles) {
      state.found.roles = roles
    },
  }
}

import { gateReasons } from './reasons/gate.ts'
import { objectReasons } from './reasons/object.ts'
import { referenceReasons } from './reasons/reference.ts'
import { skipReasons } from './reasons/skip.ts'
import { successReasons } from './reasons/success.ts'
import { targetReasons } from './reasons/target.ts'
import { throttleReasons } from './reasons/throttle.ts'
import { transientReasons } from './reasons/transient.ts'
import type { Reason } from './reasons/reason.ts'

export type { Reason, ReasonActor, ReasonClass } from './reasons/reason.ts'

/** Why an object is in the state it is in: a closed set, so that each has a meaning and a remedy. */
export const reasons = {
  ...successReasons,
  ...skipReasons,
  ...throttleReasons,
  ...transientReasons,
  ...objectReasons,
  ...targetReasons,
  ...referenceReasons,
  ...gateReasons,
} as const satisfies Record<string, Reason>

export type ReasonCode = keyof typeof reasons

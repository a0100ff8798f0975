import type { TeamPushChoice } from '../../db/queries/team-push-choices.ts'
import { withPrint } from '../desired.ts'
import type { Evaluated } from '../evaluated.ts'

/** What the rules say of a team, with what somebody decided for it alone. */
export function withTeamChoice(evaluated: Evaluated, choice: TeamPushChoice | undefined): Evaluated {
  if (choice === undefined) return evaluated
  const kept = choice.keepsName ? withoutName(evaluated) : evaluated
  if (choice.ending !== null)
    return { ...kept, isInScope: false, reason: 'Ignored', decided: choice.ending === 'leave' ? 'unlink' : 'delete' }
  return choice.isPaused ? { ...kept, decided: 'nothing' } : kept
}

/** A group that is made anew has no name that it could keep. */
function withoutName(evaluated: Evaluated): Evaluated {
  const { displayName: _, ...desired } = evaluated.desired
  return { ...evaluated, ...withPrint(desired) }
}

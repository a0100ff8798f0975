import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { showToast } from '../ui/toast.ts'
import type { Plan } from './plan-page.tsx'
import type { Operation } from './plan-operations.ts'

/** So many go with one request. */
const objectsMax = 1_000
const stale = ['getAppPlan', 'listAppPlanOperations'] as const

export type Selection = {
  readonly isPending: boolean
  /** What is created and changed follows from the rules; only what destroys can wait. */
  mayLeaveOut(entry: Operation): boolean
  leaveOut(entries: readonly Operation[]): void
  takeIn(entries: readonly Operation[]): void
  /** Everything else is left out, as far as it can be. Undefined: too many to be named. */
  only(entries: readonly Operation[]): (() => void) | undefined
}

/** What of a plan is carried out when it is applied. */
export function useSelection(app: string, plan: Plan): Selection {
  const can = useCan()
  const exclude = useChange('excludeFromAppPlan', { stale })
  const include = useChange('includeInAppPlan', { stale })
  const params = { app, plan: plan.id }
  const isOpen = plan.state === 'ready' && can('apps:run')
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      showToast({ tone: 'bad', text: error instanceof Error ? error.message : String(error) })
    }
  }
  const inPieces = async (change: typeof exclude, entries: readonly Operation[]): Promise<void> => {
    for (let from = 0; from < entries.length; from += objectsMax)
      await change.mutateAsync({
        params,
        body: { objects: idsOf(entries.slice(from, from + objectsMax)), others: false },
      })
  }
  return {
    isPending: exclude.isPending || include.isPending,
    mayLeaveOut: ({ operation, isDestructive, state }) =>
      isOpen &&
      operation !== 'conflict' &&
      (state === 'planned' || state === 'excluded') &&
      (plan.reconciliation !== null || isDestructive),
    leaveOut: (entries) => void run(() => inPieces(exclude, entries)),
    takeIn: (entries) => void run(() => inPieces(include, entries)),
    only: (entries) => {
      if (entries.length > objectsMax) return undefined
      const objects = idsOf(entries)
      return () =>
        void run(async () => {
          await include.mutateAsync({ params, body: { objects, others: false } })
          await exclude.mutateAsync({ params, body: { objects, others: true } })
        })
    },
  }
}

function idsOf(entries: readonly Operation[]): string[] {
  return entries.map(({ object }) => object.id)
}

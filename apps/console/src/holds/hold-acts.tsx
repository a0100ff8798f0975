import { Button } from '@mantine/core'
import type { RouteAnswer, RouteId } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'

const acts = ['approve', 'discard', 'undo'] as const
type Act = (typeof acts)[number]

const stale: readonly RouteId[] = ['listHolds', 'getHold', 'getOverview', 'listPeople', 'getPerson']

/** What may be decided now: carry out, drop, or take back. */
export function HoldActs({ hold }: { readonly hold: RouteAnswer<'getHold'> }) {
  const { t } = useTranslation('holds')
  const formats = useFormats()
  const can = useCan()
  const [asked, setAsked] = useState<Act>()
  const approve = useChange('approveHold', { stale })
  const discard = useChange('discardHold', { stale })
  const undo = useChange('undoHold', { stale })
  if (!can('holds:decide')) return null
  const changes = { approve, discard, undo }
  const change = asked === undefined ? undefined : changes[asked]
  const close = (): void => setAsked(undefined)
  const run = (): void => {
    if (asked === undefined) return
    const done = (): void => {
      close()
      showToast({ tone: 'good', text: t(`done.${asked}`) })
    }
    change?.mutate({ params: { hold: hold.id } }, { onSuccess: done })
  }
  const possible = acts.filter((act) => (act === 'undo' ? hold.state === 'approved' : hold.state === 'open'))
  const count = hold.changeCount
  return (
    <>
      {possible.map((act) => (
        <Button key={act} variant={act === 'approve' ? 'filled' : 'default'} onClick={() => setAsked(act)}>
          {t(`act.${act}`)}
        </Button>
      ))}
      <ConfirmDialog
        isOpen={asked !== undefined}
        onClose={close}
        title={asked === undefined ? '' : t(`ask.${asked}`)}
        action={asked === undefined ? '' : t(`act.${asked}`)}
        tier="affects"
        isPending={change?.isPending ?? false}
        error={change?.error}
        onConfirm={run}
      >
        {asked !== undefined && t(`askText.${asked}`, { count, number: formats.number(count) })}
      </ConfirmDialog>
    </>
  )
}

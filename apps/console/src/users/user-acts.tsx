import { Button, Menu, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DateField } from '../ui/date-field.tsx'
import { icons } from '../ui/icons.tsx'
import { tellOutcome } from '../ui/toast.ts'
import { inAWeek, toOverride } from './override.ts'
import { nameOf } from './name-of.ts'
import styles from './users.module.css'

type Person = RouteAnswer<'getPerson'>
type Act = 'suspend' | 'delete' | 'purge'

const stale = ['getPerson', 'getPersonPage', 'listPeople', 'listPersonHistory', 'listInvitations'] as const

/** What an administrator can do about somebody, by the state that he is in. */
export function UserActs({ person }: { readonly person: Person }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const [asked, ask] = useState<Act>()
  if (!can('people:manage')) return null
  const { state } = person
  return (
    <>
      {(state === 'suspended' || state === 'deprovisioned') && <ComeBack person={person} />}
      {state !== 'deprovisioned' && !person.builtIn && (
        <Menu>
          <Menu.Target>
            <Button rightSection={<icons.down size={14} />}>{t('acts.title')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {state !== 'suspended' && (
              <Menu.Item leftSection={<icons.pause />} onClick={() => ask('suspend')}>
                {t('acts.suspend')}
              </Menu.Item>
            )}
            <Menu.Item data-danger leftSection={<icons.remove />} onClick={() => ask('delete')}>
              {t('acts.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {state === 'deprovisioned' && person.purgedAt === null && (
        <Button data-danger onClick={() => ask('purge')}>
          {t('acts.purge')}
        </Button>
      )}
      <SuspendDialog person={person} isOpen={asked === 'suspend'} onClose={() => ask(undefined)} />
      <DeleteDialog person={person} isOpen={asked === 'delete'} onClose={() => ask(undefined)} />
      <PurgeDialog person={person} isOpen={asked === 'purge'} onClose={() => ask(undefined)} />
    </>
  )
}

/** Out of suspension, or out of the recycle bin: both can be taken back, so neither asks. */
function ComeBack({ person }: { readonly person: Person }) {
  const { t } = useTranslation('users')
  const reactivate = useChange('reactivatePerson', { stale })
  const restore = useChange('restorePerson', { stale })
  const { state, id } = person
  if (state === 'deprovisioned' && person.purgedAt !== null) return null
  const isDeleted = state === 'deprovisioned'
  const change = { params: { person: id }, body: {} }
  const override = toOverride(person, inAWeek())
  return (
    <Button
      variant="filled"
      leftSection={<icons.retry />}
      loading={reactivate.isPending || restore.isPending}
      onClick={() =>
        tellOutcome(
          isDeleted ? restore.mutateAsync(change) : reactivate.mutateAsync({ ...change, body: override }),
          () => t('acts.isBack', { name: nameOf(person) }),
        )
      }
    >
      {t(isDeleted ? 'acts.restore' : 'acts.reactivate')}
    </Button>
  )
}

type DialogProps = { readonly person: Person; readonly isOpen: boolean; onClose(): void }

function SuspendDialog({ person, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation('users')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState(inAWeek)
  const suspend = useChange('suspendPerson', { stale })
  const words = reason.trim()
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('acts.suspendTitle', { name: nameOf(person) })}
      action={t('acts.suspend')}
      tier="affects"
      isPending={suspend.isPending}
      error={suspend.error}
      onConfirm={() =>
        suspend.mutate(
          {
            params: { person: person.id },
            body: { ...(words !== '' && { reason: words }), ...toOverride(person, until) },
          },
          { onSuccess: onClose },
        )
      }
    >
      <p>{t('acts.suspendText')}</p>
      <Effects person={person.id} isOpen={isOpen} />
      <Textarea
        label={t('acts.reason')}
        value={reason}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Until person={person} day={until} onChange={setUntil} />
    </ConfirmDialog>
  )
}

/** What it comes to: how many accounts, keys and sessions. */
function Effects({ person, isOpen }: { readonly person: string; readonly isOpen: boolean }) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  const { data } = useRoute('getPersonPage', { params: { person } }, { enabled: isOpen })
  if (data === undefined) return null
  const accounts = data.accounts?.length ?? 0
  const sessions = data.signIn?.sessions ?? 0
  const keys = data.keys ?? 0
  return (
    <ul className={styles.effects}>
      <li>{t('acts.effectApps', { count: accounts, number: formats.number(accounts) })}</li>
      <li>{t('acts.effectSessions', { count: sessions, number: formats.number(sessions) })}</li>
      <li>{t('acts.effectKeys', { count: keys, number: formats.number(keys) })}</li>
    </ul>
  )
}

type UntilProps = { readonly person: Person; readonly day: string; onChange(day: string): void }

/** A source would undo what is done here: until this day it may not. */
function Until({ person, day, onChange }: UntilProps) {
  const { t } = useTranslation('users')
  const { managedBy, lockedAttributes } = person.locks
  if (managedBy === null || !lockedAttributes.includes('active')) return null
  return (
    <DateField
      isRequired
      label={t('acts.until')}
      description={t('acts.untilText', { source: managedBy.name })}
      value={day}
      onChange={onChange}
    />
  )
}

function DeleteDialog({ person, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation('users')
  const [until, setUntil] = useState(inAWeek)
  const remove = useChange('deletePerson', { stale })
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('acts.deleteTitle', { name: nameOf(person) })}
      action={t('acts.delete')}
      tier="affects"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate({ params: { person: person.id }, query: toOverride(person, until) }, { onSuccess: onClose })
      }
    >
      <p>{t('acts.deleteText')}</p>
      <Effects person={person.id} isOpen={isOpen} />
      <Until person={person} day={until} onChange={setUntil} />
    </ConfirmDialog>
  )
}

function PurgeDialog({ person, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation('users')
  const purge = useChange('purgePerson', { stale })
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('acts.purgeTitle', { name: nameOf(person) })}
      action={t('acts.purge')}
      tier="typed"
      name={nameOf(person)}
      isPending={purge.isPending}
      error={purge.error}
      onConfirm={() => purge.mutate({ params: { person: person.id } }, { onSuccess: onClose })}
    >
      {t('acts.purgeText')}
    </ConfirmDialog>
  )
}

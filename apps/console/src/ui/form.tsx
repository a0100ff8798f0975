import { Button } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '../i18n/composing.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { ErrorBlock } from './error-block.tsx'
import styles from './form.module.css'

export type Draft<Values extends object> = {
  readonly values: Values
  /** Names of what differs from what is saved. */
  readonly changed: readonly (keyof Values & string)[]
  set<Name extends keyof Values>(name: Name, value: Values[Name]): void
  discard(): void
}

/** What somebody is writing, beside what is saved. What is saved may arrive anew; what was written stays. */
export function useDraft<Values extends object>(saved: Values): Draft<Values> {
  const [written, setWritten] = useState<Partial<Values>>({})
  // Keys of an object of this type; TypeScript widens them to text.
  const names = Object.keys(written) as (keyof Values & string)[]
  return {
    values: { ...saved, ...written },
    changed: names.filter((name) => JSON.stringify(written[name]) !== JSON.stringify(saved[name])),
    set: (name, value) => setWritten((before) => ({ ...before, [name]: value })),
    discard: () => setWritten({}),
  }
}

type FormProps = {
  readonly draft: { readonly changed: readonly string[]; discard(): void }
  readonly isPending: boolean
  /** What the server said to the last attempt; what concerns a field stands at the field. */
  readonly error: unknown
  /** The verb on the button; Save when left out. */
  readonly action?: string
  onSave(): void
  /** It stands in a tab that is named in the search of the address: whoever opens another one leaves it. */
  readonly isTab?: boolean
  readonly children: ReactNode
}

/** A form that saves on Save: a bar counts what is not saved, and nobody leaves it by mistake. */
export function Form({ draft, isPending, error, action, onSave, isTab = false, children }: FormProps) {
  const { t } = useTranslation()
  const count = draft.changed.length
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (count > 0 && !isPending) onSave()
  }
  const guard = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && isComposing(event)) event.preventDefault()
  }
  return (
    // What its fields let through; the form itself is never pressed.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className={styles.form} onSubmit={submit} onKeyDown={guard} noValidate>
      {children}
      {error !== undefined && error !== null && <ErrorBlock error={error} />}
      {count > 0 && (
        <div className={styles.bar} role="region" aria-label={t('form.unsaved', { count })}>
          <span className={styles.count}>{t('form.unsaved', { count })}</span>
          <Button onClick={() => draft.discard()} disabled={isPending}>
            {t('form.discard')}
          </Button>
          <Button type="submit" variant="filled" loading={isPending}>
            {action ?? t('form.save')}
          </Button>
        </div>
      )}
      <LeaveGuard isDirty={count > 0 && !isPending} isTab={isTab} />
    </form>
  )
}

function tabOf(search: unknown): unknown {
  return typeof search === 'object' && search !== null && 'tab' in search ? search.tab : undefined
}

function LeaveGuard({ isDirty, isTab }: { readonly isDirty: boolean; readonly isTab: boolean }) {
  const { t } = useTranslation()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && (current.pathname !== next.pathname || (isTab && tabOf(current.search) !== tabOf(next.search))),
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  return (
    <ConfirmDialog
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('form.leaveTitle')}
      action={t('form.leave')}
      tier="affects"
      onConfirm={() => blocker.proceed?.()}
    >
      {t('form.leaveText')}
    </ConfirmDialog>
  )
}

/** Fields that belong together, with a word about them. */
export function FormSection({
  title,
  lead,
  children,
}: {
  readonly title: string
  readonly lead?: string
  readonly children: ReactNode
}) {
  return (
    <section className={styles.section}>
      <div className={styles.about}>
        <h2>{title}</h2>
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </div>
      <div className={styles.fields}>{children}</div>
    </section>
  )
}

import { Button, Modal, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { isRefusedAs } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { invitesMax, readInviteLines, type InviteLine } from './invite-lines.ts'
import styles from './users.module.css'

/** What became of a line. */
type Fate = { readonly kind: 'invited' | 'known' } | { readonly kind: 'refused'; readonly detail: string }

/** Invites one person or many. */
export function InviteButton() {
  const { t } = useTranslation('users')
  const can = useCan()
  const [isOpen, setOpen] = useState(false)
  if (!can('people:invite')) return null
  return (
    <>
      <Button variant="filled" leftSection={<icons.plus />} onClick={() => setOpen(true)}>
        {t('invite.action')}
      </Button>
      {isOpen && <InviteDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function InviteDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('users')
  const { t: common } = useTranslation()
  const formats = useFormats()
  const [text, setText] = useState('')
  const { fates, isRunning, send } = useInvites()
  const lines = readInviteLines(text)
  const toSend = lines.filter((line) => line.kind === 'address' && !fates.has(line.text))
  const isTooMany = toSend.length > invitesMax
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void send(toSend)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('invite.title')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form className={styles.form} onSubmit={submit}>
        <Textarea
          data-autofocus
          label={t('invite.addresses')}
          description={t('invite.help')}
          value={text}
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          error={isTooMany ? t('invite.tooMany', { number: formats.number(invitesMax) }) : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {lines.length > 0 && <Lines lines={lines} fates={fates} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{common(fates.size > 0 ? 'close' : 'cancel')}</Button>
          <Button type="submit" variant="filled" disabled={toSend.length === 0 || isTooMany} loading={isRunning}>
            {t('invite.send', { count: toSend.length, number: formats.number(toSend.length) })}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** One after the other, so that each line says what became of it; a line that was sent is not sent again. */
function useInvites() {
  const [fates, setFates] = useState<ReadonlyMap<string, Fate>>(new Map())
  const [isRunning, setRunning] = useState(false)
  const create = useChange('createPerson', { stale: ['listInvitations', 'listPeople', 'getOverview'] })
  const send = async (lines: readonly InviteLine[]): Promise<void> => {
    setRunning(true)
    for (const line of lines) {
      if (line.kind !== 'address') continue
      const { address, name } = line
      const attributes = {
        userName: address,
        emails: [{ value: address, type: 'work', primary: true }],
        ...(name !== '' && { displayName: name }),
      }
      const fate = await create.mutateAsync({ body: { attributes, invite: true } }).then(
        (): Fate => ({ kind: 'invited' }),
        (error: Error): Fate =>
          isRefusedAs(error, 'conflict') ? { kind: 'known' } : { kind: 'refused', detail: error.message },
      )
      setFates((before) => new Map([...before, [line.text, fate]]))
    }
    setRunning(false)
  }
  return { fates, isRunning, send }
}

function Lines({ lines, fates }: { readonly lines: readonly InviteLine[]; readonly fates: ReadonlyMap<string, Fate> }) {
  const { t } = useTranslation('users')
  return (
    <ul className={styles.inviteLines} aria-label={t('invite.lines')} aria-live="polite">
      {lines.map((line, index) => {
        const fate = line.kind === 'twice' ? undefined : fates.get(line.text)
        return (
          <li key={`${index} ${line.text}`} className={styles.inviteLine}>
            <span className={styles.inviteText}>{line.text}</span>
            {fate === undefined && line.kind !== 'address' && (
              <StateChip tone={line.kind === 'wrong' ? 'bad' : 'quiet'}>{t(`invite.${line.kind}`)}</StateChip>
            )}
            {fate !== undefined && (
              <StateChip tone={fate.kind === 'invited' ? 'good' : fate.kind === 'known' ? 'quiet' : 'bad'}>
                {fate.kind === 'refused' ? fate.detail : t(`invite.${fate.kind}`)}
              </StateChip>
            )}
          </li>
        )
      })}
    </ul>
  )
}

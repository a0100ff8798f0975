import { Button, Checkbox, Group, Modal } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../api/queries.ts'
import { DateField } from '../ui/date-field.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { showToast } from '../ui/toast.ts'
import { nameOf } from '../users/name-of.ts'
import styles from './teams.module.css'

type AddMembersProps = { readonly team: string; readonly isOpen: boolean; onClose(): void }

/** People who are found by their names join, for good or until a day. */
export function AddMembersDialog({ team, isOpen, onClose }: AddMembersProps) {
  const { t } = useTranslation('teams')
  const { t: common } = useTranslation()
  const [words, setWords] = useState('')
  const [until, setUntil] = useState('')
  const [chosen, choose] = useState<ReadonlyMap<string, string>>(new Map())
  const found = usePages('listPeople', { query: { search: words, limit: 20 } }, { enabled: words !== '' })
  const add = useChange('addTeamMembers', { stale: ['listTeamMembers', 'listTeams', 'listTeamHistory'] })
  const close = (): void => {
    choose(new Map())
    setWords('')
    add.reset()
    onClose()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate(
      { params: { team }, body: { members: [...chosen.keys()], ...(until !== '' && { until }) } },
      {
        onSuccess: ({ added }) => {
          showToast({ tone: 'good', text: t('members.added', { count: added.length }) })
          close()
        },
      },
    )
  }
  const toggle = (id: string, name: string): void => {
    const next = new Map(chosen)
    if (!next.delete(id)) next.set(id, name)
    choose(next)
  }
  const shown = words === '' ? [...chosen].map(([id, name]) => ({ id, name, userName: '' })) : found.rows.map(toLine)
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={t('members.add')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form className={styles.fields} onSubmit={submit}>
        <FilterBar value={words} onChange={setWords} placeholder={t('members.find')} />
        {shown.length > 0 && (
          <ul className={styles.found}>
            {shown.map(({ id, name, userName }) => (
              <li key={id}>
                <Checkbox checked={chosen.has(id)} label={name} onChange={() => toggle(id, name)} />
                <span className={styles.userName}>{userName}</span>
              </li>
            ))}
          </ul>
        )}
        {words !== '' && shown.length === 0 && !found.query.isPending && <p>{t('empty.filtered', { words })}</p>}
        <DateField label={t('members.until')} description={t('members.untilHelp')} value={until} onChange={setUntil} />
        {add.isError && <ErrorBlock error={add.error} />}
        <Group justify="flex-end">
          <Button onClick={close}>{common('cancel')}</Button>
          <Button type="submit" variant="filled" disabled={chosen.size === 0} loading={add.isPending}>
            {t('members.addCount', { count: chosen.size })}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

type Found = Parameters<typeof nameOf>[0]

function toLine(person: Found): { readonly id: string; readonly name: string; readonly userName: string } {
  return { id: person.id, name: nameOf(person), userName: person.userName ?? '' }
}

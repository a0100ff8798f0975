import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { readNames, toFilters } from './pasted-names.ts'
import styles from './teams.module.css'

type PasteDialogProps = { readonly team: string; readonly isOpen: boolean; onClose(): void }

/** User names or addresses, one a line: whoever is here joins, whoever is not is named and stays in the field. */
export function PasteDialog({ team, isOpen, onClose }: PasteDialogProps) {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const [text, setText] = useState('')
  const [missing, setMissing] = useState<readonly string[]>([])
  const [isLooking, setLooking] = useState(false)
  const [fault, setFault] = useState<Error>()
  const add = useChange('addTeamMembers', { stale: ['getTeam', 'listTeamMembers', 'listTeams', 'listTeamHistory'] })
  const names = readNames(text)
  const close = (): void => {
    setText('')
    setMissing([])
    onClose()
  }
  const submit = async (): Promise<void> => {
    setLooking(true)
    setFault(undefined)
    try {
      const known = await findPeople(organization, names)
      const absent = names.filter((name) => !known.has(name))
      const members = [...new Set(known.values())]
      if (members.length > 0) {
        const { added } = await add.mutateAsync({ params: { team }, body: { members } })
        showToast({ tone: 'good', text: t('members.added', { count: added.length }) })
      }
      setMissing(absent)
      setText(absent.join('\n'))
      if (absent.length === 0) close()
    } catch (error) {
      setFault(error instanceof Error ? error : new Error(String(error)))
    } finally {
      setLooking(false)
    }
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={t('paste.title')}
      action={t('paste.add', { count: names.length, number: formats.number(names.length) })}
      isReady={names.length > 0}
      change={{ isPending: isLooking, error: fault ?? null }}
      onSubmit={() => void submit()}
    >
      <Textarea
        data-autofocus
        label={t('paste.label')}
        description={t('paste.help')}
        value={text}
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {missing.length > 0 && (
        <p className={styles.notice} role="status">
          {t('paste.missing', { count: missing.length, names: formats.list(missing.slice(0, namedMax)) })}
        </p>
      )}
    </FormDialog>
  )
}

const namedMax = 10
const foundMax = 200

/** Our ids by what they were called, in small letters. */
async function findPeople(organization: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(names)
  const found = new Map<string, string>()
  for (const filter of toFilters(names)) {
    const query = { filter, state: 'pending,active,suspended', limit: foundMax } as const
    const { data } = await call('listPeople', { params: { organization }, query })
    const called = data.flatMap(({ id, userName, email }) =>
      [userName, email].map((name) => [name?.toLowerCase() ?? '', id] as const),
    )
    for (const [name, id] of called) if (wanted.has(name)) found.set(name, id)
  }
  return found
}

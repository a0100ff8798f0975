import { Select, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAllPages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import type { EventStream } from './states.tsx'

const formats = ['email', 'iss_sub', 'opaque'] as const
const formatWords = { email: 'email', iss_sub: 'issuerSubject', opaque: 'opaque' } as const

export type Subjects = Pick<EventStream, 'subjectFormat' | 'connectionId' | 'allSubjects'>

type SubjectFieldsProps = {
  readonly subjects: Subjects
  readonly isReadOnly?: boolean
  onChange(subjects: Subjects): void
}

/** How people are named to a receiver, and whether it is told about all of them. */
export function SubjectFields({ subjects, isReadOnly = false, onChange }: SubjectFieldsProps) {
  const { t } = useTranslation('securityEvents')
  const can = useCan()
  const { rows } = useAllPages('listConnections', {}, { enabled: can('connections:read') })
  return (
    <>
      <Select
        label={t('field.subjectFormat')}
        allowDeselect={false}
        disabled={isReadOnly}
        data={formats.map((value) => ({ value, label: t(`subject.${formatWords[value]}`) }))}
        value={subjects.subjectFormat}
        onChange={(value) =>
          onChange({ ...subjects, subjectFormat: formats.find((each) => each === value) ?? subjects.subjectFormat })
        }
      />
      {can('connections:read') && (
        <Select
          label={t('field.connection')}
          description={t('field.connectionHelp')}
          placeholder={t('field.noConnection')}
          clearable
          disabled={isReadOnly}
          data={rows.map(({ id, name }) => ({ value: id, label: name }))}
          value={subjects.connectionId}
          onChange={(connectionId) => onChange({ ...subjects, connectionId })}
        />
      )}
      <Switch
        label={t('field.allSubjects')}
        description={t('field.allSubjectsHelp')}
        checked={subjects.allSubjects}
        disabled={isReadOnly}
        onChange={(event) => onChange({ ...subjects, allSubjects: event.currentTarget.checked })}
      />
    </>
  )
}

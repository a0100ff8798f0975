import { Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { LogStream } from './stream-state.tsx'

// Of the query language, the same in every language.
const queryExample = 'result:failure -kind:api'
const formats = ['rollcall', 'ocsf'] as const

export type What = { readonly format: LogStream['format']; readonly query: string }

type WhatFieldsProps = { readonly what: What; readonly isReadOnly?: boolean; onChange(what: What): void }

/** Which events, and in which form. */
export function WhatFields({ what, isReadOnly = false, onChange }: WhatFieldsProps) {
  const { t } = useTranslation('logStreams')
  return (
    <>
      <Select
        label={t('column.format')}
        description={t(`formatHelp.${what.format}`)}
        allowDeselect={false}
        disabled={isReadOnly}
        data={formats.map((value) => ({ value, label: t(`format.${value}`) }))}
        value={what.format}
        onChange={(value) => onChange({ ...what, format: formats.find((each) => each === value) ?? what.format })}
      />
      <TextInput
        label={t('column.query')}
        description={t('queryHelp')}
        placeholder={queryExample}
        spellCheck={false}
        disabled={isReadOnly}
        value={what.query}
        onChange={(event) => onChange({ ...what, query: event.currentTarget.value })}
      />
    </>
  )
}

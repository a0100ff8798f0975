import { Button, FileButton, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBlock } from '../ui/error-block.tsx'
import styles from './sso.module.css'

export type Metadata = { readonly metadataUrl: string } | { readonly metadataXml: string }

type MetadataFormProps = {
  readonly action: string
  readonly change: { readonly isPending: boolean; readonly error: Error | null }
  onGive(metadata: Metadata): void
}

/** Takes the address of the metadata, the document, or the file of it. An address begins like one. */
export function MetadataForm({ action, change, onGive }: MetadataFormProps) {
  const { t } = useTranslation('singleSignOn')
  const [text, setText] = useState('')
  const given = text.trim()
  const submit = (): void => {
    if (given !== '') onGive(/^https?:/i.test(given) ? { metadataUrl: given } : { metadataXml: given })
  }
  const take = (file: File | null): void => void file?.text().then(setText)
  return (
    <div className={styles.stack}>
      <Textarea
        label={t('metadata.label')}
        description={t('metadata.help')}
        value={text}
        rows={3}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={styles.buttons}>
        <Button variant="filled" loading={change.isPending} disabled={given === ''} onClick={submit}>
          {action}
        </Button>
        <FileButton accept=".xml,text/xml,application/xml,application/samlmetadata+xml" onChange={take}>
          {(props) => <Button {...props}>{t('metadata.file')}</Button>}
        </FileButton>
      </div>
      {change.error !== null && <ErrorBlock error={change.error} />}
    </div>
  )
}

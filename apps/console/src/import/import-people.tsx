import { Button, Select, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAllPages, useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { download, toCsv } from '../ui/csv.ts'
import { DropZone } from '../ui/drop-zone.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import styles from './import.module.css'
import { startImport } from './start-import.ts'

const columns = ['userName', 'externalId', 'displayName', 'givenName', 'familyName', 'email'] as const
const anew = 'new'

/** A file becomes a plan: who is made, who is changed, which lines are wrong; somebody applies it, or part of it. */
export function ImportPeople() {
  const { t } = useTranslation('import')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const { rows } = useAllPages('listSources')
  const known = rows.filter(({ place, liveRevision }) => place.kind === 'file' && liveRevision !== null)
  const [target, setTarget] = useState(anew)
  const [name, setName] = useState('')
  const [sent, setSent] = useState(0)
  const start = useMutation({
    mutationFn: (file: File) =>
      startImport({
        organization,
        file,
        source: target === anew ? undefined : target,
        name: name.trim() === '' ? file.name : name.trim(),
        onProgress: setSent,
      }),
    onSuccess: ({ id }) =>
      void navigate({ to: '/$organization/source-reads/$read', params: { organization, read: id } }),
  })
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>{t('in.text')}</p>
      <div className={styles.fields}>
        <Select
          label={t('in.into')}
          description={t('in.intoText')}
          allowDeselect={false}
          data={[
            { value: anew, label: t('in.new') },
            ...known.map((source) => ({ value: source.id, label: source.name })),
          ]}
          value={target}
          onChange={(value) => setTarget(value ?? anew)}
        />
        {target === anew && (
          <TextInput
            label={t('in.name')}
            description={t('in.nameText')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </div>
      {start.isPending ? <Sending file={start.variables} sent={sent} /> : <Drop onFile={start.mutate} />}
      {start.isError && <ErrorBlock error={start.error} />}
      <div className={styles.acts}>
        <Button
          variant="subtle"
          leftSection={<icons.table />}
          onClick={() => download('people.csv', toCsv(columns, []))}
        >
          {t('in.template')}
        </Button>
        <Link to="/$organization/sources" params={{ organization }}>
          {t('in.wizard')}
        </Link>
      </div>
    </div>
  )
}

function Sending({ file, sent }: { readonly file: File; readonly sent: number }) {
  const { t } = useTranslation('import')
  const formats = useFormats()
  const percent = file.size === 0 ? 100 : Math.round((sent / file.size) * 100)
  const text = t('in.sending', { name: file.name, sent: formats.bytes(sent), total: formats.bytes(file.size) })
  return (
    <div>
      <p>{text}</p>
      <progress aria-label={t('in.title')} max={100} value={percent} />
      <LiveRegion text={text} />
    </div>
  )
}

function Drop({ onFile }: { onFile(file: File): void }) {
  const { t } = useTranslation('import')
  return (
    <DropZone
      label={t('in.drop')}
      action={t('in.choose')}
      note={t('in.formats')}
      accept=".csv,.tsv,.txt,.jsonl,.ndjson,.json"
      onFile={onFile}
    />
  )
}

import { Button, NumberInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { showToast } from '../ui/toast.ts'
import type { Attribute } from './attributes-page.tsx'
import styles from './attributes.module.css'

type AttributePanelProps = { readonly attribute: Attribute | undefined; onClose(): void }
type Writer = Attribute['writers'][number]

/** One attribute: what it is, and which source says it before which. */
export function AttributePanel({ attribute, onClose }: AttributePanelProps) {
  return (
    <SidePanel title={<code>{attribute?.name}</code>} isOpen={attribute !== undefined} onClose={onClose}>
      {attribute !== undefined && <Shown attribute={attribute} />}
    </SidePanel>
  )
}

function Shown({ attribute }: { readonly attribute: Attribute }) {
  const { t } = useTranslation('attributes')
  const { name, type, description, schema, canonicalValues, uniqueness, isCaseExact, writers, isMappable, isReadOnly } =
    attribute
  return (
    <div className={styles.panel}>
      {description !== '' && <p lang="en">{description}</p>}
      <DefinitionList
        items={[
          { term: t('column.name'), value: <CopyBox value={name} /> },
          { term: t('column.type'), value: t(`type.${type}`) },
          { term: t('column.schema'), value: <code>{schema}</code> },
          { term: t('column.unique'), value: t(`unique.${uniqueness}`) },
          { term: t('column.case'), value: isCaseExact ? t('caseExact') : t('caseIgnored') },
          ...(canonicalValues.length === 0
            ? []
            : [{ term: t('column.values'), value: <code>{canonicalValues.join(', ')}</code> }]),
        ]}
      />
      <section>
        <h3>{t('writers.title')}</h3>
        <p className={styles.quiet}>
          {isReadOnly
            ? t('writers.readOnly')
            : isMappable
              ? writers.length === 0
                ? t('writers.none')
                : t('writers.text')
              : t('writers.notMapped')}
        </p>
        {writers.map((writer) => (
          <WriterEntry key={writer.sourceId + writer.kind} attribute={name} writer={writer} />
        ))}
      </section>
    </div>
  )
}

/** How a source gives it, and its rank for this attribute alone. */
function WriterEntry({ attribute, writer }: { readonly attribute: string; readonly writer: Writer }) {
  const { t } = useTranslation(['attributes', 'rules', 'sourceRules'])
  const organization = useOrganizationSlug()
  const can = useCan()
  const { sourceId, name, kind, rule, apply, precedence, isOverridden } = writer
  return (
    <div className={styles.writer}>
      <div className={styles.writerHead}>
        <Link
          to="/$organization/sources/$source"
          params={{ organization, source: sourceId }}
          search={{ tab: 'mapping', open: attribute }}
        >
          {name}
        </Link>{' '}
        <span className={styles.quiet}>
          {kind === 'generated' ? t('generated') : t(`rules:mappingKind.${kind}`)} · {t(`rules:apply.${apply}`)}
        </span>
      </div>
      <code>{rule}</code>
      {can('sources:manage') ? (
        <Precedence attribute={attribute} writer={writer} />
      ) : (
        <p className={styles.quiet}>
          {isOverridden ? t('precedenceOwn', { number: precedence }) : t('precedence', { number: precedence })}
        </p>
      )}
    </div>
  )
}

function Precedence({ attribute, writer }: { readonly attribute: string; readonly writer: Writer }) {
  const { t } = useTranslation('attributes')
  const { data: source } = useRoute('getSource', { params: { source: writer.sourceId } })
  const [written, write] = useState(writer.precedence)
  const update = useChange('updateSource', { stale: ['getAttributes', 'getSource', 'listSources'] })
  if (source === undefined) return null
  const save = (precedence: number | undefined): void => {
    const { [attribute]: _, ...others } = source.settings.authority
    const authority = precedence === undefined ? others : { ...others, [attribute]: precedence }
    update.mutate(
      {
        params: { source: source.id },
        body: { settings: { ...source.settings, authority } },
        ifMatch: `"${source.version}"`,
      },
      {
        onSuccess: () => {
          write(precedence ?? source.precedence)
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  }
  return (
    <>
      <div className={styles.precedence}>
        <NumberInput
          label={t('precedenceHere')}
          min={1}
          max={1_000}
          allowDecimal={false}
          value={written}
          onChange={(number) => write(Number(number))}
        />
        <Button
          disabled={written === writer.precedence || written < 1}
          loading={update.isPending}
          onClick={() => save(written)}
        >
          {t('save')}
        </Button>
        {writer.isOverridden && (
          <Button variant="subtle" onClick={() => save(undefined)}>
            {t('asElsewhere', { number: source.precedence })}
          </Button>
        )}
      </div>
      {update.isError && <ErrorBlock error={update.error} />}
    </>
  )
}

import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { NothingFound } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { AttributePanel } from './attribute-panel.tsx'
import { AttributesTable } from './attributes-table.tsx'
import { NewSchemaDialog } from './new-schema-dialog.tsx'
import { shownSets } from './routes.ts'

const route = getRouteApi('/$organization/attributes')

export type Attribute = RouteAnswer<'getAttributes'>['data'][number]

/** What people can have, who says it, and which source wins. */
export function AttributesPage() {
  const { t } = useTranslation('attributes')
  const { organization } = route.useParams()
  const { q = '', only, open } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const [isMaking, make] = useState(false)
  const { data, error, refetch } = useRoute('getAttributes')
  const all = data?.data ?? []
  const shown = all.filter((attribute) => matches(attribute, q) && (only === undefined || isIn(attribute, only)))
  const show = (name: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: name }), replace: true })
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          can('connections:manage') && (
            <Button leftSection={<icons.plus size={14} />} onClick={() => make(true)}>
              {t('schema.action')}
            </Button>
          )
        }
        source={{
          route: 'getAttributes',
          params: { organization },
          cli: `attribute list --organization ${organization}`,
          json: data,
        }}
      />
      <FilterBar
        value={q}
        placeholder={t('search')}
        onChange={(text) => void navigate({ search: (before) => ({ ...before, q: text.trim() }), replace: true })}
      >
        <Select
          aria-label={t('only.label')}
          placeholder={t('only.all')}
          clearable
          data={shownSets.map((value) => ({ value, label: t(`only.${value}`) }))}
          value={only ?? null}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, only: shownSets.find((set) => set === value) }),
              replace: true,
            })
          }
        />
      </FilterBar>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons />}
      {shown.length > 0 && <AttributesTable attributes={shown} openName={open} onOpen={show} />}
      {data !== undefined && shown.length === 0 && (
        <NothingFound
          title={only === 'custom' && q === '' ? t('empty.custom') : t('empty.title')}
          clear={t('empty.clear')}
          onClear={() => void navigate({ search: {}, replace: true })}
        />
      )}
      <AttributePanel key={open} attribute={all.find(({ name }) => name === open)} onClose={() => show(undefined)} />
      {can('connections:manage') && <NewSchemaDialog isOpen={isMaking} onClose={() => make(false)} />}
    </Page>
  )
}

function matches({ name, description }: Attribute, words: string): boolean {
  const text = `${name} ${description}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function isIn({ writers, isCustom }: Attribute, set: (typeof shownSets)[number]): boolean {
  return set === 'given' ? writers.length > 0 : isCustom
}

import { Button, Radio } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { DeleteMappingDialog, ModeDialog } from './mapping-dialog.tsx'
import { useRoleWords } from './role-words.ts'
import styles from './roles.module.css'

type Mapping = EntryOf<'listRoleMappings'>
type Mode = RouteAnswer<'getRoleMappingSettings'>['mode']

const modes: readonly Mode[] = ['off', 'add', 'only']
const mappingsMax = 200

/** Which groups of identity providers give which roles, and how much that counts. */
export function Mappings() {
  const { t } = useTranslation('roles')
  const settings = useRoute('getRoleMappingSettings')
  const mappings = useRoute('listRoleMappings', { query: { limit: mappingsMax } })
  const error = settings.error ?? mappings.error
  if (error !== null)
    return (
      <ErrorBlock
        error={error}
        onRetry={() => {
          void settings.refetch()
          void mappings.refetch()
        }}
      />
    )
  if (settings.data === undefined || mappings.data === undefined) return <Skeletons />
  return (
    <>
      <ModeSection settings={settings.data} />
      <Section title={t('mapping.title')}>
        {mappings.data.data.length === 0 ? (
          <EmptyState icon="roles" title={t('mapping.none')}>
            {t('mapping.noneText')}
          </EmptyState>
        ) : (
          <MappingRows mappings={mappings.data.data} />
        )}
      </Section>
    </>
  )
}

/** Another mode takes roles away or gives them to many: who is concerned is shown first. */
function ModeSection({ settings }: { readonly settings: RouteAnswer<'getRoleMappingSettings'> }) {
  const { t } = useTranslation('roles')
  const can = useCan()
  const [asked, ask] = useState<Mode>()
  return (
    <Section title={t('mode.title')}>
      <Radio.Group
        aria-label={t('mode.title')}
        value={settings.mode}
        onChange={(value) => ask(modes.find((mode) => mode === value))}
      >
        <div className={styles.modes}>
          {modes.map((mode) => (
            <Radio
              key={mode}
              value={mode}
              label={t(`mode.${mode}`)}
              description={t(`mode.${mode}Text`)}
              classNames={{ description: styles.hint ?? '' }}
              disabled={!can('roles:manage')}
            />
          ))}
        </div>
      </Radio.Group>
      {asked !== undefined && <ModeDialog mode={asked} version={settings.version} onClose={() => ask(undefined)} />}
    </Section>
  )
}

function MappingRows({ mappings }: { readonly mappings: readonly Mapping[] }) {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const can = useCan()
  const words = useRoleWords()
  const [ending, end] = useState<Mapping>()
  return (
    <>
      <ul className={styles.rows}>
        {mappings.map((mapping) => {
          const { id, group, team, role } = mapping
          return (
            <li key={id} className={styles.row}>
              <span className={styles.from}>
                {group !== null && <strong>{group}</strong>}
                {team !== null && (
                  <Link to="/$organization/teams/$team" params={{ organization, team }}>
                    {t('oneTeam')}
                  </Link>
                )}
              </span>
              <span aria-hidden="true">→</span>
              <Link className={styles.to} to="/$organization/roles/$role" params={{ organization, role: role.id }}>
                {words.name(role)}
              </Link>
              {can('roles:manage') && (
                <Button
                  size="compact-xs"
                  data-danger
                  aria-label={t('mapping.deleteOne', { group: group ?? t('oneTeam'), role: words.name(role) })}
                  onClick={() => end(mapping)}
                >
                  {t('delete.action')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {ending !== undefined && <DeleteMappingDialog mapping={ending} onClose={() => end(undefined)} />}
    </>
  )
}

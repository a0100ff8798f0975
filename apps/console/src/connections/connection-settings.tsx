import { Button, Select, Switch, TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { profileNames, styleNames } from '@rollcall/admin-api/names'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { showToast } from '../ui/toast.ts'
import { DecommissionDialog } from './decommission-dialog.tsx'
import { Runs } from './runs.tsx'
import styles from './connections.module.css'
import { styleWord } from './style-word.ts'

type Connection = RouteAnswer<'getConnection'>

const switches = ['writesEnabled', 'keepsBodies', 'passwordSync', 'scim11', 'adoptTeamsByHandle'] as const
// True when left out.
const isOnAtFirst: ReadonlySet<string> = new Set(['writesEnabled', 'keepsBodies'])

/** What the connection accepts, demands and keeps; and its end. */
export function ConnectionSettings({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const [isEnding, setEnding] = useState(false)
  return (
    <>
      <SettingsForm connection={connection} isReadOnly={!can('connections:manage')} />
      <Section title={t('runs.title')}>
        <Runs connection={connection.id} />
      </Section>
      {can('connections:manage') && (
        <Section title={t('end.title')}>
          <p className={styles.lead}>{t('end.lead')}</p>
          <Button data-danger onClick={() => setEnding(true)}>
            {t('end.action')}
          </Button>
          <DecommissionDialog connection={connection} isOpen={isEnding} onClose={() => setEnding(false)} />
        </Section>
      )}
    </>
  )
}

function SettingsForm({ connection, isReadOnly }: { readonly connection: Connection; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('connections')
  const { name, profile, style, settings } = connection
  const update = useChange('updateConnection', { stale: ['getConnection', 'listConnections'] })
  const draft = useDraft({ name, profile, style, ...toSwitches(settings) })
  const { values } = draft
  const save = (): void => {
    const set = Object.fromEntries(switches.map((key) => [key, values[key]]))
    const body = {
      name: values.name.trim(),
      profile: values.profile,
      style: values.style,
      settings: { ...settings, ...set },
    }
    update.mutate(
      { params: { connection: connection.id }, body, ifMatch: `"${connection.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.general')} lead={t('settings.generalText')}>
        <TextInput
          label={t('column.name')}
          value={values.name}
          disabled={isReadOnly}
          onChange={(event) => draft.set('name', event.currentTarget.value)}
        />
        <Select
          label={t('column.profile')}
          description={t('settings.profileText')}
          allowDeselect={false}
          disabled={isReadOnly}
          data={profileNames.map((value) => ({ value, label: t(`profile.${value}`) }))}
          value={values.profile}
          onChange={(value) => draft.set('profile', profileNames.find((each) => each === value) ?? profile)}
        />
        <Select
          label={t('fact.style')}
          description={t('settings.styleText')}
          allowDeselect={false}
          disabled={isReadOnly}
          data={styleNames.map((value) => ({
            value,
            label: t(`style.${styleWord(value)}`),
          }))}
          value={values.style}
          onChange={(value) => draft.set('style', styleNames.find((each) => each === value) ?? style)}
        />
      </FormSection>
      <FormSection title={t('settings.behaviour')} lead={t('settings.behaviourText')}>
        {switches.map((key) => (
          <Switch
            key={key}
            label={t(`settings.${key}`)}
            checked={values[key]}
            disabled={isReadOnly}
            onChange={(event) => draft.set(key, event.currentTarget.checked)}
          />
        ))}
      </FormSection>
    </Form>
  )
}

type Switches = Readonly<Record<(typeof switches)[number], boolean>>

function toSwitches(settings: Connection['settings']): Switches {
  const entries = switches.map((key) => [key, settings[key] ?? isOnAtFirst.has(key)] as const)
  // One entry a name.
  return Object.fromEntries(entries) as Switches
}

import { Button, Checkbox, Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { icons } from '../ui/icons.tsx'
import styles from './import.module.css'

const states = ['pending', 'active', 'suspended', 'deprovisioned'] as const
type State = (typeof states)[number]

/** Two files: a table for people to read, lines of JSON that lose nothing. */
export function ExportPeople() {
  const { t } = useTranslation('import')
  const organization = useOrganizationSlug()
  const [chosen, setChosen] = useState<readonly State[]>(['pending', 'active', 'suspended'])
  const [hasMark, setMark] = useState(true)
  const params = { organization }
  const state = states.filter((each) => chosen.includes(each)).join(',')
  const toggle = (each: State, isOn: boolean): void =>
    setChosen((before) => (isOn ? [...before, each] : before.filter((other) => other !== each)))
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>{t('out.text')}</p>
      <fieldset className={styles.states}>
        <legend>{t('out.who')}</legend>
        {states.map((each) => (
          <Checkbox
            key={each}
            label={t(`out.state.${each}`)}
            checked={chosen.includes(each)}
            // Somebody at least: a file of nobody is of no use.
            disabled={chosen.length === 1 && chosen.includes(each)}
            onChange={(event) => toggle(each, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      <Switch
        label={t('out.mark')}
        description={t('out.markText')}
        checked={hasMark}
        onChange={(event) => setMark(event.currentTarget.checked)}
      />
      <div className={styles.acts}>
        <Button
          component="a"
          download
          href={toUrl('exportPeople', { params, query: { state, mark: hasMark } })}
          leftSection={<icons.download />}
        >
          {t('out.csv')}
        </Button>
        <Button
          component="a"
          download
          href={toUrl('exportPeopleAsScim', { params, query: { state } })}
          leftSection={<icons.download />}
        >
          {t('out.lines')}
        </Button>
      </div>
      <p className={styles.quiet}>{t('out.guard')}</p>
    </div>
  )
}

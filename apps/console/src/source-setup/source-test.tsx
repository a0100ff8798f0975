import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { FailureWords } from './failure-words.tsx'
import { SampleTable } from './sample-table.tsx'
import { useSourceTest, type SourceTest } from './use-source-test.ts'
import styles from './setup.module.css'

/** Tries the source: each step of the way with its time, then the columns and the first records. */
export function SourceTestPanel({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation('sourceSetup')
  const { data, error, isFetching, refetch } = useSourceTest(sourceId)
  return (
    <div className={styles.test} aria-busy={isFetching}>
      <div className={styles.testHead} aria-live="polite">
        {isFetching ? (
          <StateChip tone="info">{t('test.running')}</StateChip>
        ) : (
          data !== undefined && (
            <StateChip tone={data.isWorking ? 'good' : 'bad'}>
              {t(data.isWorking ? 'test.works' : 'test.fails')}
            </StateChip>
          )
        )}
        <Button leftSection={<icons.retry size={14} />} loading={isFetching} onClick={() => void refetch()}>
          {t('test.again')}
        </Button>
      </div>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && isFetching && <Skeletons rows={4} />}
      {data !== undefined && <TestResult test={data} />}
    </div>
  )
}

function TestResult({ test }: { readonly test: SourceTest }) {
  return (
    <>
      <Steps steps={test.steps} />
      {!test.isWorking && test.reason !== null && (
        <FailureWords reason={test.reason} detail={test.detail} place={test.place} />
      )}
      {test.isWorking && (
        <>
          <Found test={test} />
          <SampleTable columns={test.columns} sample={test.sample} />
        </>
      )}
    </>
  )
}

function Steps({ steps }: { readonly steps: SourceTest['steps'] }) {
  const { t } = useTranslation('sourceSetup')
  const formats = useFormats()
  if (steps.length === 0) return null
  return (
    <ol className={styles.way} aria-label={t('test.steps')}>
      {steps.map(({ name, isDone, ms, detail }) => (
        <li key={name} data-failed={!isDone || undefined}>
          {isDone ? <icons.good size={16} /> : <icons.error size={16} />}
          <span className={styles.wayName}>{t(`step.${name}`)}</span>
          <span className={styles.wayTime}>{t('test.ms', { number: formats.number(ms) })}</span>
          <span className={styles.wayDetail} lang="en">
            {detail}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** How many columns, and how the table is written. */
function Found({ test }: { readonly test: SourceTest }) {
  const { t } = useTranslation('sourceSetup')
  const formats = useFormats()
  const { columns, sample, format } = test
  const bad = sample.filter(({ kind }) => kind === 'bad').length
  const parts = [
    t('found.columns', { count: columns.length, number: formats.number(columns.length) }),
    t('found.sample', { count: sample.length, number: formats.number(sample.length) }),
    ...(bad === 0 ? [] : [t('found.bad', { count: bad, number: formats.number(bad) })]),
    ...(format === null
      ? []
      : [
          t('found.encoding', { encoding: format.encoding.toUpperCase() }),
          t('found.delimiter', { delimiter: t(`option.delimiter.${delimiterWords[format.delimiter] ?? 'comma'}`) }),
        ]),
  ]
  return <p className={styles.quiet}>{parts.join(' · ')}</p>
}

const delimiterWords: Readonly<Record<string, 'comma' | 'semicolon' | 'tab' | 'bar'>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
}

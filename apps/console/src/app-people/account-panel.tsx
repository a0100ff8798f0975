import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { classTones, type Account } from './account.ts'
import { ObjectLink } from './object-link.tsx'
import styles from './people.module.css'

/** One account: whose it is, and what differs from what was sent. */
export function AccountPanel({ account, onClose }: { readonly account: Account | undefined; onClose(): void }) {
  const { t } = useTranslation('appPeople')
  return (
    <SidePanel
      title={account?.name ?? account?.targetKey ?? t('account')}
      isOpen={account !== undefined}
      onClose={onClose}
    >
      {account !== undefined && <Details account={account} />}
    </SidePanel>
  )
}

function Details({ account }: { readonly account: Account }) {
  const { t } = useTranslation('appPeople')
  const { number } = useFormats()
  const { kind, object, orphan, standing, candidates, differences, members, targetKey } = account
  return (
    <div className={styles.panel}>
      <StateChip tone={classTones[account.class]}>{t(`found.${account.class}`)}</StateChip>
      <p>{orphan === null ? t(`foundText.${account.class}`) : t(`orphanText.${orphan}`)}</p>
      <DefinitionList
        items={[
          { term: t('column.kind'), value: t(`kinds.${kind}`) },
          { term: t('column.standing'), value: standing === null ? '–' : t(`found.${standing}`) },
          {
            term: t('column.owner'),
            value: object === null ? '–' : <ObjectLink kind={kind} id={object.id} name={object.name ?? object.id} />,
          },
          ...(candidates > 1 ? [{ term: t('candidates'), value: number(candidates) }] : []),
          { term: t('column.key'), value: <CopyBox value={targetKey} /> },
        ]}
      />
      {differences.length > 0 && (
        <>
          <h3>{t('differences')}</h3>
          <DiffTable
            label={t('differences')}
            rows={differences.map(({ attribute, expected, found }) => ({
              path: attribute,
              before: found,
              after: expected,
            }))}
          />
          <p className={styles.quiet}>{t('differencesText')}</p>
        </>
      )}
      {members !== null && members.missing + members.foreign > 0 && <Members members={members} />}
    </div>
  )
}

function Members({ members }: { readonly members: NonNullable<Account['members']> }) {
  const { t } = useTranslation('appPeople')
  const { number } = useFormats()
  return (['missing', 'foreign'] as const).map((is) => {
    const some = members.first.filter((member) => member.is === is)
    if (members[is] === 0) return null
    return (
      <section key={is}>
        <h3>{t(`members.${is}`, { count: members[is], number: number(members[is]) })}</h3>
        <ul className={styles.members}>
          {some.map(({ id, name, targetKey }, index) => (
            <li key={id ?? targetKey ?? index}>{name ?? targetKey ?? id}</li>
          ))}
        </ul>
      </section>
    )
  })
}

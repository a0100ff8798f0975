import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy.tsx'
import styles from './requests.module.css'

type RequestBodyProps = {
  readonly label: string
  /** First line: what was asked, or how it ended. */
  readonly head: string
  readonly body: string | null
  /** Whether bodies of this connection are kept at all. */
  readonly areKept: boolean
}

/** What was sent or answered, in lines when it is JSON. */
export function RequestBody({ label, head, body, areKept }: RequestBodyProps) {
  const { t } = useTranslation('requests')
  const text = body === null ? undefined : toLines(body)
  return (
    <div className={styles.message}>
      <div className={styles.messageHead}>
        <code>{head}</code>
        {text !== undefined && <CopyButton text={text} />}
      </div>
      {text === undefined ? (
        <p className={styles.nothing}>{areKept ? t('noBody') : t('bodiesNotKept')}</p>
      ) : (
        <pre className={styles.code} tabIndex={0} aria-label={label}>
          {text}
        </pre>
      )}
    </div>
  )
}

function toLines(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    // Cut off, or no JSON.
    return body
  }
}

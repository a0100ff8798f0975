import type { SourceErrorReason } from './source-error.ts'

/** What people read of a failure, and what they can do. */
export type SourceReason = { readonly meaning: string; readonly remedy: string; readonly isRetried: boolean }

/** Why a source could not be read. */
export const sourceReasons: { readonly [reason in SourceErrorReason | 'unexpected']: SourceReason } = {
  unreachable: {
    meaning: 'The source did not answer.',
    remedy: 'See that it runs and that its address is right; private addresses must be allowed by the operator.',
    isRetried: true,
  },
  unauthorized: {
    meaning: 'The source does not take our credentials.',
    remedy: 'Give the source new credentials, and see that they may read.',
    isRetried: false,
  },
  throttled: {
    meaning: 'The source wants to be asked less often.',
    remedy: 'Nothing: it is asked again later. Read it less often if this goes on.',
    isRetried: true,
  },
  timedOut: {
    meaning: 'The source took too long to answer.',
    remedy: 'Nothing: it is asked again. Ask for smaller pages if this goes on.',
    isRetried: true,
  },
  notFound: {
    meaning: 'What is to be read is not there.',
    remedy: 'See that the path, the file or the table still has that name.',
    isRetried: false,
  },
  unreadable: {
    meaning: 'What the source sent cannot be read.',
    remedy: 'See the place and the detail, and mend it in the source.',
    isRetried: false,
  },
  truncated: {
    meaning: 'What the source sent ends too early, so nobody knows who is missing.',
    remedy: 'Send it again, whole.',
    isRetried: false,
  },
  columnsChanged: {
    meaning: 'The columns are not those that the source had.',
    remedy: 'Send it with the columns as they were, or change the settings of the source.',
    isRetried: false,
  },
  wrongEncoding: {
    meaning: 'The text is not in the encoding that it should be in.',
    remedy: 'Say in the source which encoding it is, or write the file as UTF-8.',
    isRetried: false,
  },
  checkpointLost: {
    meaning: 'The source no longer knows from where it should go on.',
    remedy: 'Nothing: all of it is read.',
    isRetried: false,
  },
  tooLarge: {
    meaning: 'What the source sent is larger than may be.',
    remedy: 'Send it in smaller parts.',
    isRetried: false,
  },
  misconfigured: {
    meaning: 'The source cannot be read as it is set up.',
    remedy: 'See the detail, and change the place or the settings of the source.',
    isRetried: false,
  },
  unexpected: {
    meaning: 'Something went wrong on our side.',
    remedy: 'See the log of the server, and tell whoever runs it.',
    isRetried: true,
  },
}

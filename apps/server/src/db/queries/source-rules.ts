import { revisionsOf, type RevisionRow } from './rules-revisions.ts'

export type SourceRulesRow = RevisionRow<'sourceId'>

export const {
  insert: insertSourceRules,
  select: selectSourceRules,
  list: selectSourceRevisions,
} = revisionsOf('sourceId')

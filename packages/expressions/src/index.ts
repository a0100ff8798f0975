export {
  ExpressionError,
  type ExpressionErrorCode,
  type ExpressionErrorOptions,
  expressionError,
  expressionErrors,
} from './errors.ts'
export { type ExpressionLimits, expressionLimits } from './limits.ts'
export {
  type CallExpression,
  type ComparisonExpression,
  type ComparisonOperator,
  type Expression,
  walk,
} from './syntax/ast.ts'
export { type AttributeRead, listAttributes } from './syntax/list-attributes.ts'
export { parseExpression, type ParseExpressionOptions } from './syntax/parse-expression.ts'
export { listUnportable } from './syntax/list-unportable.ts'
export { printExpression } from './syntax/print-expression.ts'
export { type FunctionDescription, listFunctions } from './functions/list-functions.ts'
export { toText } from './value/text.ts'
export { type ComplexValue, DateTime, type ListValue, type Scalar, type Value } from './value/value.ts'
export type { AttributeSource, EvaluationContext } from './evaluate/context.ts'
export { evaluate, evaluateUnique, type Evaluation, listCandidates } from './evaluate/evaluate.ts'
export { explain, type Explanation } from './evaluate/explain.ts'
export {
  type Clause,
  type ClauseScope,
  type FilterScope,
  type OperandKind,
  type Scope,
  type ScopeOperator,
  scopeOperators,
} from './scope/scope.ts'
export { checkScope } from './scope/check-scope.ts'
export { matchScope } from './scope/match-scope.ts'
export {
  type ClauseExplanation,
  type ScopeExplanation,
  explainScope,
  listScopeAttributes,
} from './scope/explain-scope.ts'
export { type Finding, type MappingRule, mappingRules } from './check/finding.ts'
export { type Schema, type SchemaAttribute, type SchemaType, suggestAttribute } from './check/schema.ts'
export { type CheckContext, checkMapping, type Mapping, type Person } from './check/check-mapping.ts'
export { checkMappings } from './check/check-mappings.ts'
export { lintScope } from './check/lint-scope.ts'
export { type TargetValue, toTargetValue } from './check/to-target-value.ts'

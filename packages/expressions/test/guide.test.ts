import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { expressionErrors, listFunctions, parseExpression, scopeOperators } from '@rollcall/expressions'

const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'expressions.md'), 'utf8')

test('the guide names every function, error and operator as the code does', () => {
  const functions = listFunctions().map(({ signature, summary }) => `| \`${signature}\` | ${summary} |`)
  const errors = Object.entries(expressionErrors).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  const operators = Object.keys(scopeOperators).map((operator) => `\`${operator}\``)
  assert.deepEqual(
    [...functions, ...errors, ...operators].filter((line) => !guide.includes(line)),
    [],
  )
})

test('the recipes of the guide are expressions', () => {
  const recipes = guide.slice(guide.indexOf('## Recipes'), guide.indexOf('## When something'))
  const found = [...recipes.matchAll(/\| `([^`]+)` \|$/gm)].map(([, text = '']) => text)
  assert.equal(found.length, 6)
  for (const text of found) parseExpression(text)
})

test('the functions of Entra are all there', () => {
  const known = new Set(listFunctions().map(({ name }) => name))
  const listed =
    'Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff ' +
    'DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid ' +
    'NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace SelectUniqueValue ' +
    'SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word AssertiveAppRoleAssignmentsComplex DefaultDomain ' +
    'AppRoleAssignments IsNothing Prepend ConvertFromBase64 DNComponent Error StringFromSid Trim CRef'
  assert.deepEqual(
    listed.split(' ').filter((name) => !known.has(name)),
    [],
  )
})

import type { TargetProfileInput } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { DesiredAttributes } from '../../../desired.ts'
import type { MatchQuery, Outcome, TargetObject } from '../../target.ts'
import { toPlace } from '../attribute-place.ts'
import { isSameText, keyOf, valuesAt } from '../draft-resource.ts'
import { accountName, type Letter } from './tried-names.ts'
import { demand, say, type Trial } from './trial.ts'

export type TriedAccount = {
  readonly key: string
  readonly attributes: DesiredAttributes
  readonly madeAtMs: number
}

/** Patience for the first account, of which nothing is known yet. */
const firstPatienceMs = 10_000
const lagMsMax = 600_000

const work = 'emails[type eq "work"].value'
const mobile = 'phoneNumbers[type eq "mobile"].value'

/** Makes an account to try things on. */
export async function makeAccount(trial: Trial, letter: Letter): Promise<TriedAccount> {
  const { tag } = trial.options
  const name = accountName(trial.options, letter)
  const attributes: DesiredAttributes = {
    userName: name,
    externalId: `rollcall-check-${tag}-${letter}`,
    active: true,
    displayName: `Rollcall check ${tag}`,
    'name.givenName': 'Rollcall',
    'name.familyName': 'Check',
    [work]: name,
    title: 'Made to try the app',
  }
  const account = await createAccount(trial, attributes)
  trial.keep({ kind: 'user', key: account.key, name })
  return { key: account.key, attributes, madeAtMs: trial.nowMs() }
}

async function createAccount(trial: Trial, attributes: DesiredAttributes): Promise<TargetObject> {
  const guesses: readonly (readonly [TargetProfileInput, string])[] = [
    [{}, ''],
    [{ booleans: 'text' }, 'Booleans as JSON were refused, as text taken'],
    [{ booleans: 'json' }, 'Booleans as text were refused, as JSON taken'],
    [{ contentType: 'application/json' }, 'application/scim+json was refused'],
  ]
  let first: Outcome<TargetObject> | undefined
  for (const [guess, evidence] of guesses) {
    const outcome = await trial.target(guess).create('user', attributes)
    first ??= outcome
    if (outcome.kind !== 'done') continue
    if (guess.booleans !== undefined) trial.find('booleans', guess.booleans, evidence)
    if (guess.contentType !== undefined) trial.find('contentType', guess.contentType, evidence)
    return outcome.value
  }
  // What was said of the first try is what an administrator can act upon.
  if (first === undefined) throw new Error('Nothing was tried')
  return demand(first)
}

/** What an account is shown with after it was made. */
export async function tryReading(trial: Trial, { key, attributes, madeAtMs }: TriedAccount): Promise<void> {
  let shown: JsonObject | undefined
  const see = (resource: JsonObject | undefined): boolean => {
    shown = resource
    return resource !== undefined
  }
  const isThere = await trial.shows('user', key, see, firstPatienceMs)
  if (!isThere || shown === undefined) return trial.note('An account that was made is not shown by its id')
  trial.observeLag(trial.nowMs() - madeAtMs)
  if (typeof shown[keyOf(shown, 'active')] === 'string') trial.find('booleans', 'text', '`active` is shown as a text')
  const isKept = holds(shown, 'externalId', attributes)
  trial.find('keepsExternalId', isKept, isKept ? 'externalId is shown' : 'externalId was sent and is not shown')
}

function holds(resource: JsonObject | undefined, path: string, wanted: DesiredAttributes): boolean {
  const value = wanted[path] ?? null
  const found = resource === undefined ? [] : valuesAt(resource, toPlace(path))
  if (value === null) return found.length === 0
  return typeof value !== 'object' && found.some((item) => isSameText(item, value))
}

function textAt(attributes: DesiredAttributes, path: string): string {
  const value = attributes[path]
  return typeof value === 'string' ? value : ''
}

/** By which attributes, in which form and after how long accounts are found. */
export async function trySearching(trial: Trial, account: TriedAccount): Promise<void> {
  const { attributes } = account
  const found: string[] = []
  if (await trySearchByName(trial, account)) found.push('userName')
  const { keepsExternalId } = trial.profile()
  if (keepsExternalId && (await isFound(trial, account, 'externalId'))) found.push('externalId')
  for (const elementFilters of ['element', 'entra', 'flat'] as const) {
    if (!(await isFound(trial, account, work, { elementFilters }))) continue
    trial.find('elementFilters', elementFilters, `A mail address was found by the form "${elementFilters}"`)
    found.push(work, 'emails.value')
    break
  }
  const all = ['userName', ...(keepsExternalId ? ['externalId'] : []), work]
  const missing = all.filter((path) => !found.includes(path))
  if (missing.length > 0) trial.find('filterable', found, `Nothing was found by ${missing.join(' and ')}`)
  const upper = textAt(attributes, 'userName').toUpperCase()
  const byUpper = await trial.target().find('user', [{ attribute: 'userName', value: upper }])
  if (found.includes('userName') && byUpper.kind === 'done' && byUpper.value.length === 0)
    trial.find('isCaseExact', true, 'userName in capital letters finds nothing')
}

/** Also measures how long a search lags behind, and finds out by which number lists begin. */
async function trySearchByName(trial: Trial, account: TriedAccount): Promise<boolean> {
  for (const waitMs of [0, 200, 500, 1_000, 2_000, 4_000, 8_000]) {
    await trial.options.sleep(waitMs)
    for (const startIndexBase of [1, 0] as const) {
      if (!(await isFound(trial, account, 'userName', { startIndexBase }))) continue
      trial.find('startIndexBase', startIndexBase, `The first page begins at ${startIndexBase}`)
      const lagMs = trial.nowMs() - account.madeAtMs
      trial.observeLag(lagMs)
      const readLagMs = Math.min(lagMsMax, Math.ceil((lagMs * 2) / 1_000) * 1_000)
      if (readLagMs > trial.profile().readLagMs)
        trial.find('readLagMs', readLagMs, `A search found a new account after ${lagMs} ms`)
      return true
    }
  }
  return false
}

/** And nothing is found by a value that nobody has: else the app answers every search with everybody. */
async function isFound(
  trial: Trial,
  { key, attributes }: TriedAccount,
  path: string,
  guess: TargetProfileInput = {},
): Promise<boolean> {
  const target = trial.target(guess)
  const query = (value: string): MatchQuery => [{ attribute: path, value }]
  const found = await target.find('user', query(textAt(attributes, path)))
  if (found.kind !== 'done' || !found.value.some((account) => account.key === key)) return false
  const nobody = await target.find('user', query(`rollcall-check-nobody-${trial.options.tag}@${trial.options.domain}`))
  return nobody.kind === 'done' && nobody.value.length === 0
}

/** A second account with the name of the first must be refused, or nobody can tell the two apart. */
export async function tryTwice(trial: Trial, { attributes }: TriedAccount): Promise<void> {
  const again = await trial.target().create('user', attributes)
  if (again.kind !== 'done') return
  trial.keep({ kind: 'user', key: again.value.key, name: textAt(attributes, 'userName') })
  trial.note('Two accounts may have the same userName')
}

const forms: readonly TargetProfileInput[] = [
  {},
  { writes: 'patch', patchForm: 'attributes', operationCase: 'lower' },
  { writes: 'patch', patchForm: 'attributes', operationCase: 'capitalised' },
  { writes: 'patch', patchForm: 'pathless', operationCase: 'lower' },
  { writes: 'patch', patchForm: 'dotted', operationCase: 'lower' },
  { writes: 'patch', patchForm: 'pathless', operationCase: 'capitalised' },
  { writes: 'put' },
]

/** Which form of change really changes something. */
export async function tryChanging(trial: Trial, account: TriedAccount): Promise<TriedAccount> {
  const wanted = { ...account.attributes, title: 'Changed', 'name.familyName': 'Checked' }
  for (const form of forms) {
    const guess = await tryForm(trial, account, wanted, form)
    if (guess === undefined) continue
    for (const [name, value] of Object.entries(guess)) {
      // The names and values of a profile, which the entries of an object forget.
      const known = name as keyof typeof guess
      trial.find(known, value as never, 'A change was taken in this form and in none before it')
    }
    return { ...account, attributes: wanted }
  }
  trial.note('No form of change that we know changes an account')
  return account
}

/** The form, with versions where they are asked for; undefined: it changes nothing. */
async function tryForm(
  trial: Trial,
  account: TriedAccount,
  wanted: DesiredAttributes,
  form: TargetProfileInput,
): Promise<TargetProfileInput | undefined> {
  const guesses = [form, { ...form, usesVersions: true }]
  for (const guess of guesses) {
    const outcome = await change(trial, account, wanted, guess)
    if (outcome.kind === 'broken' && outcome.reason === 'VersionRequired') continue
    const isDone = outcome.kind === 'done' && (await isShown(trial, account, wanted, ['title', 'name.familyName']))
    return isDone ? guess : undefined
  }
  return undefined
}

function change(trial: Trial, { key, attributes }: TriedAccount, after: DesiredAttributes, guess: TargetProfileInput) {
  return trial.target(guess).update('user', { key, before: attributes, after })
}

function isShown(
  trial: Trial,
  { key }: TriedAccount,
  wanted: DesiredAttributes,
  paths: readonly string[],
): Promise<boolean> {
  return trial.shows('user', key, (resource) => paths.every((path) => holds(resource, path, wanted)))
}

/** How one element of a list is changed, and how a new one is added. */
export async function tryElements(trial: Trial, account: TriedAccount): Promise<TriedAccount> {
  if (trial.profile().writes === 'put') return account
  const address = `rollcall-check-${trial.options.tag}-new@${trial.options.domain}`
  const changed = { ...account, attributes: { ...account.attributes, [work]: address } }
  for (const lists of ['elements', 'whole'] as const) {
    const outcome = await change(trial, account, changed.attributes, { lists })
    if (outcome.kind !== 'done' || !(await isShown(trial, account, changed.attributes, [work]))) continue
    trial.find('lists', lists, 'The mail address could not be changed by a path with a filter')
    return tryNewElement(trial, changed)
  }
  trial.note('The mail address of an account cannot be changed')
  return account
}

async function tryNewElement(trial: Trial, account: TriedAccount): Promise<TriedAccount> {
  if (trial.profile().lists === 'whole') return account
  const before = { ...account, attributes: { ...account.attributes, [mobile]: null } }
  const wanted = { ...account.attributes, [mobile]: '+1 555 0100' }
  for (const newElements of ['append', 'path'] as const) {
    const outcome = await change(trial, before, wanted, { newElements })
    if (outcome.kind !== 'done' || !(await isShown(trial, account, wanted, [mobile]))) continue
    trial.find('newElements', newElements, 'A new element was added in this form')
    return { ...account, attributes: wanted }
  }
  return account
}

/** Whether `active` is obeyed. */
export async function tryDisabling(trial: Trial, account: TriedAccount): Promise<void> {
  const off = { ...account.attributes, active: false }
  const outcome = await change(trial, account, off, {})
  let isGone = false
  const isOff = await trial.shows('user', account.key, (resource) => {
    isGone = resource === undefined
    return isGone || holds(resource, 'active', off)
  })
  if (isGone) trial.note('A disabled account is not shown any more')
  trial.find('canDisable', isOff, isOff ? '`active` is obeyed' : `\`active\` is not obeyed: ${say(outcome)}`)
  if (isOff) await change(trial, { ...account, attributes: off }, account.attributes, {})
}

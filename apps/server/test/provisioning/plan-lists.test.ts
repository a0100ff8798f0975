import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { createAppCaller } from './app-caller.ts'
import { createRandom } from './protocol/random.ts'
import { createTwoRollcalls, rules, type Pair } from './provisioned-pair.ts'
import { makeSearchedPlan, withoutComparer } from './searched-plan.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const userSchemas = ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]
const seeds = [1, 2, 3]
const peopleCount = 70
const linkedCount = 8
/** Values are shared by some, and not by all. */
const numbersMax = 150

const matched = provisioningRules.parse({
  ...rules,
  users: {
    ...rules.users,
    matching: [
      [{ target: 'userName', source: 'userPrincipalName' }],
      [{ target: `${enterprise}:employeeNumber`, source: 'employeeId' }],
      [
        { target: 'title', source: 'jobTitle' },
        { target: 'displayName', source: 'displayName' },
      ],
      [{ target: 'emails[type eq "work"].value', source: 'mail' }],
    ],
  },
})

type Person = { readonly name: string; readonly attributes: object; readonly id: string }

/** People of whom many share values that accounts are found by. */
async function hire({ harness }: Pair, random: () => number): Promise<readonly Person[]> {
  const people: Person[] = []
  for (let n = 0; n < peopleCount; n++) {
    const number = n < linkedCount ? n * 4 : Math.floor(random() * numbersMax)
    const attributes = {
      displayName: pick(random, ['Ada', 'Zoë', 'Jürgen', 'Li', 'Mia']),
      title: pick(random, ['Engineer', 'Clerk', 'Chief', 'Cook']),
      emails: [{ value: `m${Math.floor(random() * numbersMax)}@example.com`, type: 'work' }],
      [enterprise]: { employeeNumber: `E-${number}` },
    }
    const name = `p${n}@example.com`
    people.push({ name, attributes, id: await harness.createPerson(name, attributes) })
  }
  return people
}

function pick<Item>(random: () => number, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/** Accounts that were there before: by any of the rules nobody's, somebody's or several people's; some in another case. */
async function makeAccounts({ target }: Pair, random: () => number, people: readonly Person[]): Promise<void> {
  for (let n = 0; n < peopleCount; n++) {
    const person = people[Math.floor(random() * people.length)]
    assert.ok(person !== undefined)
    const inCase = (text: string): string => pick(random, [text, text, text.toUpperCase()])
    const isNamed = random() < 0.3
    const account = {
      schemas: userSchemas,
      userName: isNamed ? inCase(person.name) : `other${n}@example.com`,
      ...(random() < 0.15 && { externalId: inCase(person.id) }),
      ...(random() < 0.5 && { displayName: inCase(pick(random, ['Ada', 'Zoë', 'JÜRGEN'])) }),
      ...(random() < 0.5 && { title: inCase(pick(random, ['Engineer', 'Clerk', 'Nobody'])) }),
      ...(random() < 0.3 && {
        emails: [
          {
            value: inCase(`m${Math.floor(random() * numbersMax)}@example.com`),
            type: pick(random, ['work', 'home', 'Work']),
          },
        ],
      }),
      ...(random() < 0.2 && { [enterprise]: { employeeNumber: inCase(`E-${Math.floor(random() * numbersMax)}`) } }),
    }
    const { status, text } = await target.scim('POST', '/Users', account)
    // One with the same userName may be there already.
    assert.ok(status === 201 || status === 409, text)
  }
}

for (const seed of seeds)
  test(`a plan says the same of everybody, whether it lists the app or searches for each: Rollcall into Rollcall, seed ${seed}`, async (t) => {
    await using pair = await createTwoRollcalls({ rules: matched, profile: { pageSize: 20 } })
    const { harness } = pair
    const random = createRandom(seed)
    // Some have accounts of ours, which others are found by too.
    for (let n = 0; n < linkedCount; n++)
      await harness.createPerson(`linked${n}@example.com`, {
        displayName: 'Ada',
        title: `Linked ${n}`,
        [enterprise]: { employeeNumber: `E-${n * 4}` },
      })
    await harness.settle()
    await makeAccounts(pair, random, await hire(pair, random))
    const call = await createAppCaller(harness)
    const listed = await makeSearchedPlan(harness, call)
    pair.takeRequests()
    const searched = await makeSearchedPlan(harness, call, withoutComparer)
    assert.ok((pair.takeRequests()['GET Users'] ?? 0) > peopleCount)
    assert.notEqual(listed.plan.search.by, 'searches')
    assert.ok(listed.plan.search.accountsRead > linkedCount)
    assert.deepEqual([searched.plan.search.by, searched.plan.search.accountsRead], ['searches', 0])
    assert.deepEqual(toRows(listed), toRows(searched))
    assert.deepEqual([listed.plan.counts, listed.plan.counts.unsearched], [searched.plan.counts, 0])
    const reasons = new Set([...listed.operations.values()].map(([, , reason]) => reason))
    for (const reason of ['Created', 'Adopted', 'Ambiguous', 'AlreadyLinked']) assert.ok(reasons.has(reason), reason)
    t.diagnostic(`${listed.plan.summary}; ${JSON.stringify(listed.plan.search)}`)
  })

function toRows({ operations }: Awaited<ReturnType<typeof makeSearchedPlan>>): readonly unknown[] {
  return [...operations].toSorted(([left], [right]) => (left < right ? -1 : 1))
}

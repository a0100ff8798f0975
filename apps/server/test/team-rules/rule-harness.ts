import assert from 'node:assert/strict'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { pumpTeamRules } from '../../src/team-rules/pump.ts'
import { workOffTeamRules } from '../../src/team-rules/work-off.ts'
import { createTeamHarness, patchOf, type Person, type TeamHarness } from '../teams/team-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export type Clause = { readonly attribute: string; readonly operator: string; readonly value?: string }

/** An organization whose teams go by rules. */
export type RuleHarness = TeamHarness & {
  makeTeam(name: string): Promise<string>
  /** What the workers do: hear of changes, move people. How many changes were read. */
  settle(): Promise<number>
  /** Runs that are due. */
  runs(): Promise<void>
  /** The result of a run that a call began, after its end. */
  finish(accepted: {
    readonly status: number
    readonly body: { readonly id: string }
  }): Promise<Record<string, unknown>>
  /** Sets a rule of clauses of which all must hold, and runs it; what came of it. */
  rule(team: string, ...clauses: readonly Clause[]): Promise<Record<string, unknown>>
  setDepartment(person: Person, department: string | null): Promise<void>
  /** A person of a department. */
  employee(name: string, department: string, more?: object): Promise<Person>
}

export async function createRuleHarness(style = 'rollcall'): Promise<RuleHarness> {
  const teams = await createTeamHarness(style)
  const { parts } = teams.admin.application.application
  const { database, clock } = parts
  const signal = new AbortController().signal
  const runs = () => workOffAllRuns(parts, signal)
  const finish: RuleHarness['finish'] = async (accepted) => {
    assert.equal(accepted.status, 202, JSON.stringify(accepted.body))
    await runs()
    const run = (await teams.api('GET', `/runs/${accepted.body.id}`)).body
    assert.equal(run.state, 'done', JSON.stringify(run))
    return run.result
  }
  const setDepartment: RuleHarness['setDepartment'] = async ({ scimId }, department) => {
    const path = `${enterprise}:department`
    const body = patchOf(department === null ? { op: 'remove', path } : { op: 'replace', path, value: department })
    const answer = await teams.scim('PATCH', `/Users/${scimId}`, body)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }
  return {
    ...teams,
    runs,
    finish,
    setDepartment,
    makeTeam: async (name) => (await teams.api('POST', '/teams', { body: { name } })).body.id,
    settle: async () => {
      const read = await pumpTeamRules(database, { clock })
      await workOffTeamRules(database, { clock })
      return read
    },
    rule: async (team, ...clauses) =>
      finish(await teams.api('POST', `/teams/${team}/rule`, { body: { scope: { groups: [clauses] } } })),
    employee: async (name, department, more = {}) => {
      const person = await teams.person(name)
      const value = { [enterprise]: { department }, ...more }
      assert.equal((await teams.scim('PATCH', `/Users/${person.scimId}`, patchOf({ op: 'add', value }))).status, 200)
      return person
    },
  }
}

export function departmentIs(value: string): Clause {
  return { attribute: 'department', operator: 'EQUALS', value }
}

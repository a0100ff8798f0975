import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'node:test'
import { root, startServer, temporaryFolder } from '../harness/spawn.ts'

const run = promisify(execFile)

test('CON-N1: the quick start of the README, pasted into a shell, provisions a person and a team', async () => {
  using folder = temporaryFolder()
  await using server = await startServer({ environment: { ROLLCALL_DATA_DIR: folder.path } })
  const script = readQuickStart().replaceAll('http://127.0.0.1:8080', server.url)

  const { stdout } = await run('sh', ['-euc', script], {
    cwd: root,
    env: { ...process.env, ROLLCALL_DATA_DIR: folder.path, ROLLCALL_URL: '', ROLLCALL_KEY: '' },
  })

  assert.match(stdout, /"userName":"barbara@acme\.example"/)
  assert.match(stdout, /"displayName":"Engineering",.*"members":\[\{"value":"[0-9a-f-]{36}"/)
  assert.match(stdout, /"active":false/)
  assert.match(stdout, /PATCH/)
})

test('the translated READMEs carry the same commands as the English one', () => {
  const commands = withoutComments(readQuickStart())
  for (const name of ['README.ko.md', 'README.ja.md', 'README.fr.md']) {
    const [, block = ''] = /```sh\n(npm run -s rollcall[^]*?)```/.exec(readFileSync(join(root, name), 'utf8')) ?? []
    assert.equal(withoutComments(block), commands, name)
  }
})

function readQuickStart(): string {
  const [, block] = /```sh quick-start\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  assert.ok(block, 'README.md has a block marked "sh quick-start"')
  return block
}

function withoutComments(script: string): string {
  return script
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
}

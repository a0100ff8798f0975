// Draws docs/images/quick-start.svg: the README's quick start as a terminal that types, from commands that really ran.
// Without it the picture would show something that somebody once wrote. Run: node scripts/with-node.mjs scripts/quick-start-svg.mjs
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-picture-'))
const columns = 104
const lineHeight = 19
const rowsMax = 44
const secondsPerLine = 0.25

let exported = ''

const server = spawn(process.execPath, ['--conditions=@rollcall/source', join(root, 'apps/server/src/main.ts')], {
  env: { ...process.env, ROLLCALL_DATA_DIR: dataDir, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const url = await new Promise((resolve) => {
  let text = ''
  server.stdout.on('data', (chunk) => {
    text += chunk
    const found = /Rollcall ready at (\S+)/.exec(text)
    if (found) resolve(found[1])
  })
})

const lines = [
  { kind: 'command', text: 'npm start' },
  { kind: 'output', text: 'Rollcall ready at http://127.0.0.1:8080' },
]
for (const step of readSteps()) lines.push(...play(step))
server.kill('SIGTERM')
await new Promise((resolve) => server.once('exit', resolve))
rmSync(dataDir, { recursive: true, force: true })
writeFileSync(join(root, 'docs/images/quick-start.svg'), draw(lines.slice(0, rowsMax)))

/** The quick start cut at its empty lines and comments; each piece is one step. */
function readSteps() {
  const [, block] = /```sh quick-start\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))
  return block.split(/\n(?=npm run|curl|export|#)/).filter((step) => step.trim() !== '')
}

function play(step) {
  const shown = step.split('\n').filter((line) => line.trim() !== '')
  const command = shown.map((text) => ({ kind: text.startsWith('#') ? 'comment' : 'command', text }))
  if (step.startsWith('#')) return command
  if (step.startsWith('export')) {
    rememberExport(step)
    return command
  }
  return [
    ...command,
    ...runOne(step)
      .split('\n')
      .filter(Boolean)
      .slice(0, 5)
      .map((text) => ({ kind: 'output', text })),
  ]
}

/** Later steps see the variable. */
function rememberExport(step) {
  const [, name] = /^export (\w+)=/.exec(step)
  exported += `\nexport ${name}='${runShell(`${step}\nprintf %s "$${name}"`)}'`
}

function runOne(step) {
  return runShell(step).replaceAll(url, 'http://127.0.0.1:8080')
}

function runShell(script) {
  const text = `${exported}\n${script.replaceAll('http://127.0.0.1:8080', url)}`
  return execFileSync('sh', ['-c', text], {
    cwd: root,
    env: { ...process.env, ROLLCALL_DATA_DIR: dataDir },
    encoding: 'utf8',
  })
}

function draw(all) {
  const height = all.length * lineHeight + 56
  const colors = { command: '#e6edf3', output: '#7ee2b8', comment: '#8b949e' }
  const rows = all.map(({ kind, text }, index) => {
    const shown = text.length > columns ? `${text.slice(0, columns - 1)}…` : text
    const prompt = kind === 'command' && /^(npm|curl|export)/.test(text) ? '<tspan fill="#58a6ff">$ </tspan>' : ''
    const delay = (index * secondsPerLine).toFixed(2)
    return `<text class="l" style="animation-delay:${delay}s" x="20" y="${54 + index * lineHeight}" fill="${colors[kind]}">${prompt}${escape(shown)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="${height}" viewBox="0 0 900 ${height}" role="img" aria-label="Rollcall quick start in a terminal">
<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}.l{opacity:0;animation:s .01s forwards}@keyframes s{to{opacity:1}}@media (prefers-reduced-motion:reduce){.l{opacity:1;animation:none}}</style>
<rect width="900" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="24" cy="22" r="6" fill="#f85149"/><circle cx="44" cy="22" r="6" fill="#d29922"/><circle cx="64" cy="22" r="6" fill="#3fb950"/>
${rows.join('\n')}
</svg>
`
}

function escape(text) {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character])
}

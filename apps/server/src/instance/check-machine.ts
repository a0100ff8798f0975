import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { Finding } from './finding.ts'

const freeBytesLow = 1024 ** 3
const freeBytesTooLow = 100 * 1024 ** 2
const certificateDaysLow = 14
const dayMs = 86_400_000
const privateFiles = ['encryption-keys', 'instance.json', 'rollcall.json']

export function checkDataFolder(config: Config): readonly Finding[] {
  const path = resolve(config.dataDir)
  if (!existsSync(path)) {
    const detail = `${path} does not exist yet; the first start makes it`
    return [{ check: 'dataFolder', name: 'data folder', status: 'warning', detail, facts: { path } }]
  }
  return [modeFinding(path), diskFinding(path)]
}

/** Others may pass through the folder (PostgreSQL runs as another user under root) but not list it, write it or read keys. */
function modeFinding(path: string): Finding {
  const permissions = statSync(path).mode & 0o777
  const mode = permissions.toString(8)
  const open = privateFiles.filter((file) => isOpen(join(path, file))).join(', ')
  const about = { check: 'dataFolder', name: 'data folder', facts: { path, mode, open } } as const
  if ((permissions & 0o022) !== 0) {
    return { ...about, status: 'failed', detail: `${path} is writable for others (mode ${mode}): chmod go-w` }
  }
  if (open === '') return { ...about, status: 'ok', detail: `${path}, mode ${mode}` }
  return { ...about, status: 'failed', detail: `${open} in ${path} can be read by others: chmod 600` }
}

function isOpen(file: string): boolean {
  return existsSync(file) && (statSync(file).mode & 0o077) !== 0
}

function diskFinding(path: string): Finding {
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  const status = free < freeBytesTooLow ? 'failed' : free < freeBytesLow ? 'warning' : 'ok'
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${path}`
  return { check: 'disk', name: 'disk space', status, detail, facts: { freeBytes: free, path } }
}

export function checkTls({ tlsCert, tlsKey }: Config, now: Date): readonly Finding[] {
  if (tlsCert === undefined || tlsKey === undefined) return []
  try {
    return [certificateFinding(new X509Certificate(readFileSync(tlsCert)), readFileSync(tlsKey), now)]
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [{ check: 'tls', name: 'TLS', status: 'failed', detail, facts: {} }]
  }
}

function certificateFinding(certificate: X509Certificate, key: Buffer, now: Date): Finding {
  const end = certificate.validToDate
  const about = { check: 'tls', name: 'TLS', facts: { validUntil: end.toISOString() } } as const
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    return { ...about, status: 'failed', detail: 'ROLLCALL_TLS_KEY is not the key of ROLLCALL_TLS_CERT' }
  }
  const days = Math.floor((end.getTime() - now.getTime()) / dayMs)
  const status = days < 0 ? 'failed' : days < certificateDaysLow ? 'warning' : 'ok'
  return { ...about, status, detail: `certificate is valid until ${end.toISOString()} (${days} days)` }
}

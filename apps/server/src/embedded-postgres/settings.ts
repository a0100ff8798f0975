import type { PostgresSettings } from './postmaster.ts'

/** Tuned for one small machine; durability (fsync, synchronous_commit, full_page_writes) stays on. */
export const defaultSettings: PostgresSettings = {
  shared_buffers: '128MB',
  max_connections: '60',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  effective_cache_size: '1GB',
  synchronous_commit: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  // Many small updates of the same rows: vacuum early and often rather than rarely and long.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.02',
  autovacuum_vacuum_cost_limit: '1000',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A failed statement is the application's to report; its text and values (names, addresses) stay out of the file.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

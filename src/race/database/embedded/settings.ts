/** Settings of the server by their names: https://www.postgresql.org/docs/current/runtime-config.html */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * Nothing needs to survive a crash, every connection comes from this machine, and a deadlock is wanted soon: PostgreSQL looks for one only
 * after a wait of `deadlock_timeout`.
 */
const defaults: ServerSettings = {
  fsync: false,
  synchronous_commit: false,
  full_page_writes: false,
  wal_level: "minimal",
  max_wal_senders: 0,
  shared_buffers: "16MB",
  max_connections: 300,
  // Kept in the data folder, because /dev/shm is small in containers and outlives a killed server.
  dynamic_shared_memory_type: process.platform === "win32" ? "windows" : "mmap",
  deadlock_timeout: "10ms",
  // Statistics, vacuums and parallel plans of their own accord would make one run unlike the next.
  autovacuum: false,
  max_parallel_workers_per_gather: 0,
  jit: false,
};

/** Not to be changed: who may reach the server. */
const fixed: ServerSettings = { listen_addresses: "127.0.0.1", unix_socket_directories: "" };

export function settingFlags(settings: ServerSettings): readonly string[] {
  return Object.entries({ ...defaults, ...settings, ...fixed }).flatMap(([name, value]) => ["-c", `${name}=${flag(value)}`]);
}

function flag(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

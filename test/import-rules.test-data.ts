/** Which way imports may point, as a table. A new folder of the server is added here, on purpose. */

/** Packages of this repository that a package's sources may import. npm's workspaces say the same; this says why not. */
export const packageArrows: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  wire: ['@scopedown/engine'],
  server: ['@scopedown/engine', '@scopedown/wire'],
  cli: ['@scopedown/engine', '@scopedown/wire', '@scopedown/server'],
  console: ['@scopedown/engine'],
}

const forServices = ['kernel', 'principals', 'audit', 'store', 'secrets', 'objects', 'runtimes']

/** Folders of the server and what each may import. `services/NAME` may import what `services` may, and no other service. */
export const serverArrows: Readonly<Record<string, readonly string[]>> = {
  secrets: [],
  store: [],
  runtimes: [],
  kernel: [],
  objects: ['store'],
  principals: ['kernel', 'store', 'secrets'],
  audit: ['kernel', 'store'],
  http: ['kernel', 'principals'],
  // A listener stands on the rows that Transfer Family's control plane keeps; never the other way.
  sftp: ['kernel', 'principals', 'objects', 'secrets', 'store', 'services/transfer', 'services/secretsmanager'],
  services: forServices,
}

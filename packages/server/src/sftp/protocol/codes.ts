/** Numbers of SFTP version 3. draft-ietf-secsh-filexfer-02, sections 3 to 7; extensions by OpenSSH's PROTOCOL, section 4. */

export const protocolVersion = 3

export const requestType = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const

export const replyType = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extendedReply: 201,
} as const

/** 6 and 7 (no connection, connection lost) are never sent: they are a client's own. */
export const statusCode = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

export type StatusCode = (typeof statusCode)[keyof typeof statusCode]

export const openFlag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const

export const attributeFlag = { size: 1, owner: 2, permissions: 4, times: 8, extended: 0x8000_0000 } as const

/** What `limits@openssh.com` announces. A packet's length counts from its type on. */
export const packetLimit = 256 * 1024
export const dataLimit = packetLimit - 1024

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Access, classOf, mayTakeAway, modeText, type PosixIdentity, permits } from './permission-bits.ts'

const who = (uid: number, gid: number, ...others: number[]): PosixIdentity => ({
  uid,
  gid,
  groups: new Set([gid, ...others]),
})
const inode = (uid: number, gid: number, mode: number) => ({ uid, gid, mode })
const all: readonly Access[] = ['read', 'write', 'search']
const allowed = (node: ReturnType<typeof inode>, identity: PosixIdentity) =>
  all.filter((access) => permits(node, identity, access))

describe('permission bits', () => {
  it.each([
    ['the owner', who(1, 9), 0o700, ['read', 'write', 'search']],
    ['the group', who(2, 5), 0o750, ['read', 'search']],
    ['a secondary group', who(2, 9, 5), 0o020, ['write']],
    ['others', who(2, 9), 0o774, ['read']],
  ] as const)('let %s do what their class may', (_, identity, mode, expected) => {
    expect(allowed(inode(1, 5, mode), identity)).toEqual(expected)
  })

  it('count one class alone: an owner is not helped by the group or by others', () => {
    expect(allowed(inode(1, 5, 0o077), who(1, 5))).toEqual([])
    expect(allowed(inode(1, 5, 0o707), who(2, 5))).toEqual([])
  })

  it('do not bind root, and nobody else is root', () => {
    fc.assert(
      fc.property(fc.nat(0o7777), fc.nat(), fc.integer({ min: 1, max: 2 ** 32 - 2 }), (mode, gid, uid) => {
        expect(allowed(inode(7, 7, mode), who(0, gid))).toEqual(all)
        const expected = all.filter((_, index) => ((mode & 0o700) >> (8 - index)) & 1)
        expect(allowed(inode(uid, gid, mode), who(uid, gid))).toEqual(expected)
      }),
    )
  })

  it('with the sticky bit leave an entry to its owner, the directory’s and root', () => {
    const [directory, entry] = [inode(10, 10, 0o1777), inode(20, 20, 0o666)]
    expect([0, 10, 20, 30].map((uid) => mayTakeAway(directory, entry, who(uid, 99)))).toEqual([true, true, true, false])
    expect(mayTakeAway(inode(10, 10, 0o777), entry, who(30, 99))).toBe(true)
  })

  it('have a class and a text', () => {
    expect(classOf(inode(1, 5, 0), who(1, 5))).toBe('owner')
    expect(modeText(0o100640)).toBe('0640')
    expect(modeText(0o041777)).toBe('1777')
  })
})

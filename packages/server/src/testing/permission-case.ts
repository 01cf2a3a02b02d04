/** What the registry test knows of one way to call one operation: the smallest set of permissions that lets it through. */

import type { Kernel } from '../kernel/kernel.ts'

export interface Need {
  readonly action: string
  /** As in a policy's `Resource`: the very ARN, or `*`. */
  readonly resource: string
}

export interface World {
  readonly account: string
  readonly region: string
  /** Calls an operation as an administrator; answers its output. */
  readonly make: (service: string, operation: string, input: unknown) => Promise<Record<string, unknown>>
  readonly kernel: Kernel
}

export interface PermissionCase {
  readonly operation: string
  /** Where an operation has several cases: what this one is about. */
  readonly about?: string
  /** Makes what the call needs, and answers the call's input. Called anew for each try. */
  readonly input: (world: World, unique: string) => unknown
  /** In the order in which they are asked. Remove any one, and the call is denied for it. */
  readonly needs: (world: World, unique: string) => readonly Need[]
  /** The fault of a call that got past permission, where it cannot succeed (nothing of that name, say). */
  readonly fault?: string
  /** What a denial says where it names neither action nor resource. */
  readonly denial?: string
  /** Of an operation that refuses item by item: the refusal that its output tells of, if it does. */
  readonly itemFault?: (
    output: Record<string, unknown>,
  ) => { readonly code: string; readonly message: string } | undefined
}

export interface ServiceCases {
  readonly cases: readonly PermissionCase[]
  /** Operations that need no permission, reviewed: name → why. */
  readonly exempt: Readonly<Record<string, string>>
}

/**
 * The type of an input that has passed `validateInput`. The SDK types a required member as `T | undefined` with a key that
 * must be there; after validation it is `T`.
 */

type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Date
  | Uint8Array
  | ((...args: never[]) => unknown)

export type Validated<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? Validated<Item>[]
    : {
        [K in keyof T]: Record<never, never> extends Pick<T, K> ? Validated<T[K]> : Validated<Exclude<T[K], undefined>>
      }

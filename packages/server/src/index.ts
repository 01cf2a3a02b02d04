/** Scopedown's server: AWS's APIs under AWS's permission model, in one process. */

export { type AddedAccount, addAccount } from './accounts.ts'
export { OptionError } from './kernel/option-error.ts'
export { type RunningServer, startServer } from './main.ts'
export type { StartOptions } from './start-options.ts'
export {
  explainTransfer,
  type FileOperation,
  fileOperations,
  type TransferExplanation,
  type TransferQuestion,
} from './transfer-explain.ts'
